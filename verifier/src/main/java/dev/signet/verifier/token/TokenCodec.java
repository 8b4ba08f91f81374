package dev.signet.verifier.token;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the compact form of a token (RFC 7515 section 7.1) as strictly as this project writes it: three segments of
 * canonical base64url, a header of exactly {@code alg}, {@code kid} and {@code typ}, and the claims of {@link Claims}.
 *
 * <p>Members of the payload that are not known are passed over (RFC 7519 section 4), so that an older verifier goes on
 * working beside a newer authority; {@code cnf} and {@code nbf} are refused, because they would restrict the token and
 * are not looked at here.
 */
public final class TokenCodec {
    /** Nothing longer is even parsed. */
    public static final int MAXIMUM_LENGTH = 8 * 1024;

    private static final int MAXIMUM_AUDIENCES = 16;
    /** Only of tokens that a signature vouches for. */
    private static final SharedStrings COMMON = new SharedStrings();

    private TokenCodec() {}

    /**
     * Reads shape, header and signature; the claims wait until a signature vouches for them.
     *
     * @throws MalformedToken where the text is not a token
     * @throws UnsupportedAlgorithm where its {@code alg} is none of {@link Algorithm}
     */
    public static CompactToken read(String text) {
        if (text.length() > MAXIMUM_LENGTH) {
            throw new MalformedToken("longer than 8 KiB");
        }
        byte[] bytes = text.getBytes(ISO_8859_1);
        if (bytes.length != text.length()) {
            // Two chars of one character have become one byte, and positions in the text are not those of the bytes.
            throw new MalformedToken("not ASCII");
        }
        int headerEnd = text.indexOf('.');
        int payloadEnd = text.lastIndexOf('.');
        if (payloadEnd == headerEnd) {
            throw new MalformedToken("not three segments");
        }
        // Another dot between them is no base64url.
        Header header = readHeader(bytes, headerEnd);
        byte[] payload = Base64Url.decode(bytes, headerEnd + 1, payloadEnd);
        byte[] signature = Base64Url.decode(bytes, payloadEnd + 1, bytes.length);
        return new CompactToken(text, bytes, payloadEnd, header, payload, signature);
    }

    private static Header readHeader(byte[] token, int end) {
        Header usual = UsualHeader.of(token, end);
        return usual != null ? usual : readHeader(Base64Url.decode(token, 0, end));
    }

    private static Header readHeader(byte[] json) {
        class Members {
            @Nullable
            String algorithm;

            @Nullable
            String keyId;

            @Nullable
            String type;
        }
        Members read = new Members();
        JsonReader reader = new JsonReader(json);
        reader.readObject(name -> {
            switch (name) {
                case "alg" -> read.algorithm = reader.readString();
                case "kid" -> read.keyId = reader.readString();
                case "typ" -> read.type = reader.readString();
                default -> throw new MalformedToken("the header has a member besides alg, kid and typ");
            }
        });
        reader.end();
        if (read.algorithm == null || read.keyId == null || !Header.TYPE.equals(read.type)) {
            throw new MalformedToken("the header lacks alg, kid or the typ at+jwt");
        }
        if (read.keyId.isEmpty() || read.keyId.length() > Header.MAXIMUM_KEY_ID || !Base64Url.isText(read.keyId)) {
            throw new MalformedToken("kid is not a key id");
        }
        return new Header(Algorithm.named(read.algorithm).orElseThrow(UnsupportedAlgorithm::new), read.keyId);
    }

    static Claims readClaims(byte[] json) {
        JsonReader reader = new JsonReader(json, COMMON);
        ClaimsBuilder claims = new ClaimsBuilder();
        reader.readObject(name -> {
            switch (name) {
                case "iss" -> claims.issuer = reader.readCommonString();
                case "aud" -> claims.audience = readAudience(reader);
                case "sub" -> claims.subject = reader.readString();
                case "client_id" -> claims.clientId = reader.readString();
                case "jti" -> claims.valueId = reader.readString();
                case "iat" -> claims.issuedAt = reader.readNumber();
                case "exp" -> claims.expiresAt = reader.readNumber();
                case "org" -> claims.organization = reader.readCommonString();
                case "kind" -> claims.kind = reader.readCommonString();
                case "grants" -> claims.grants = readGrants(reader);
                case "grants_by_feed" -> claims.grantsByFeed = reader.readBoolean();
                case "grants_rev" -> claims.grantsRevision = reader.readNumber();
                case "status" -> readStatus(reader, claims);
                case "cnf", "nbf" -> throw new MalformedToken(name + " is not supported");
                default -> reader.skipValue();
            }
        });
        reader.end();
        return claims.build();
    }

    private static List<String> readAudience(JsonReader reader) {
        if (!reader.nextIsArray()) {
            return List.of(reader.readCommonString());
        }
        List<String> audience = new ArrayList<>();
        reader.readArray(() -> audience.add(reader.readCommonString()));
        if (audience.size() > MAXIMUM_AUDIENCES) {
            throw new MalformedToken("too many audiences");
        }
        return audience;
    }

    private static Grants readGrants(JsonReader reader) {
        Map<String, List<String>> byResource = new HashMap<>();
        reader.readObject(resource -> {
            List<String> roles = new ArrayList<>();
            reader.readArray(() -> roles.add(reader.readCommonString()));
            byResource.put(resource, roles);
        });
        return new Grants(byResource);
    }

    private static void readStatus(JsonReader reader, ClaimsBuilder claims) {
        reader.readObject(status -> {
            if (!status.equals("status_list")) {
                reader.skipValue();
                return;
            }
            reader.readObject(name -> {
                switch (name) {
                    case "idx" -> claims.statusIndex = reader.readNumber();
                    case "uri" -> claims.statusUri = reader.readCommonString();
                    default -> reader.skipValue();
                }
            });
        });
    }

    /** The claims as they come in, in any order. */
    private static final class ClaimsBuilder {
        private @Nullable String issuer;
        private @Nullable List<String> audience;
        private @Nullable String subject;
        private @Nullable String clientId;
        private @Nullable String valueId;
        private long issuedAt = -1;
        private long expiresAt = Claims.NEVER;
        private @Nullable String organization;
        private @Nullable String kind;
        private @Nullable Grants grants;
        private boolean grantsByFeed;
        private long grantsRevision = -1;
        private long statusIndex = -1;
        private @Nullable String statusUri;

        Claims build() {
            if (issuer == null
                    || audience == null
                    || subject == null
                    || !subject.equals(clientId)
                    || valueId == null
                    || kind == null
                    || (grants == null) != grantsByFeed
                    || statusUri == null
                    || statusIndex > Integer.MAX_VALUE) {
                throw new MalformedToken("a claim is missing, or client_id is not sub");
            }
            return new Claims(
                    issuer,
                    audience,
                    subject,
                    valueId,
                    issuedAt,
                    expiresAt,
                    organization,
                    Kind.claimed(kind).orElseThrow(() -> new MalformedToken("kind is not known")),
                    grants,
                    grantsRevision,
                    (int) statusIndex,
                    statusUri);
        }
    }
}
