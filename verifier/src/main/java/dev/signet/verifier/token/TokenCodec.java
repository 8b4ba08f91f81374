package dev.signet.verifier.token;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.Base64;
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
        int headerEnd = text.indexOf('.');
        int payloadEnd = text.indexOf('.', headerEnd + 1);
        if (headerEnd <= 0 || payloadEnd < 0 || text.indexOf('.', payloadEnd + 1) >= 0) {
            throw new MalformedToken("not three segments");
        }
        Header header = readHeader(decode(text, 0, headerEnd));
        byte[] payload = decode(text, headerEnd + 1, payloadEnd);
        byte[] signature = decode(text, payloadEnd + 1, text.length());
        return new CompactToken(text, payloadEnd, header, payload, signature);
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
        if (read.keyId.isEmpty() || read.keyId.length() > Header.MAXIMUM_KEY_ID || !isBase64Url(read.keyId)) {
            throw new MalformedToken("kid is not a key id");
        }
        return new Header(Algorithm.named(read.algorithm).orElseThrow(UnsupportedAlgorithm::new), read.keyId);
    }

    static Claims readClaims(byte[] json) {
        JsonReader reader = new JsonReader(json);
        ClaimsBuilder claims = new ClaimsBuilder();
        reader.readObject(name -> {
            switch (name) {
                case "iss" -> claims.issuer = reader.readString();
                case "aud" -> claims.audience = readAudience(reader);
                case "sub" -> claims.subject = reader.readString();
                case "client_id" -> claims.clientId = reader.readString();
                case "jti" -> claims.valueId = reader.readString();
                case "iat" -> claims.issuedAt = reader.readNumber();
                case "exp" -> claims.expiresAt = reader.readNumber();
                case "org" -> claims.organization = reader.readString();
                case "kind" -> claims.kind = reader.readString();
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
            return List.of(reader.readString());
        }
        List<String> audience = new ArrayList<>();
        reader.readArray(() -> audience.add(reader.readString()));
        if (audience.size() > MAXIMUM_AUDIENCES) {
            throw new MalformedToken("too many audiences");
        }
        return audience;
    }

    private static Grants readGrants(JsonReader reader) {
        Map<String, List<String>> byResource = new HashMap<>();
        reader.readObject(resource -> {
            List<String> roles = new ArrayList<>();
            reader.readArray(() -> roles.add(reader.readString()));
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
                    case "uri" -> claims.statusUri = reader.readString();
                    default -> reader.skipValue();
                }
            });
        });
    }

    /** Decodes one segment; refuses padding, foreign characters, and bits that would be dropped (RFC 4648 section 3.5). */
    private static byte[] decode(String text, int from, int to) {
        if (from == to || (to - from) % 4 == 1) {
            throw new MalformedToken("a segment is empty or cut short");
        }
        String segment = text.substring(from, to);
        int unused = segment.length() % 4 == 2 ? 0x0f : segment.length() % 4 == 3 ? 0x03 : 0;
        if (!isBase64Url(segment) || (valueOf(segment.charAt(segment.length() - 1)) & unused) != 0) {
            throw new MalformedToken("a segment is not canonical base64url");
        }
        return Base64.getUrlDecoder().decode(segment.getBytes(US_ASCII));
    }

    private static boolean isBase64Url(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (valueOf(text.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    private static int valueOf(char c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 26;
        }
        if (c >= '0' && c <= '9') {
            return c - '0' + 52;
        }
        return c == '-' ? 62 : c == '_' ? 63 : -1;
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
