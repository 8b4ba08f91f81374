package dev.signet.authority.e2e.secrets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.net.URLEncoder;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ObjIntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Every secret that was seen, as hashes of its pieces, in the forms in which it could turn up elsewhere: as it is, in
 * base64 at any offset, in a URL, in JSON, as bytes and in hexadecimal. Of a token the payload and the signature count,
 * each by itself, and not the header, which is everybody's.
 */
public final class Secrets {
    /** A token, or an API key's secret, in a text. */
    private static final Pattern ISSUED =
            Pattern.compile("eyJ[\\w-]{8,}\\.[\\w-]{8,}\\.[\\w-]{20,}|sgk_[0-9A-Za-z]{40,}");

    private static final int PIECE = 16;
    private static final int SHORT_PIECE = 8;
    private static final Gson JSON = new Gson();
    private static final Gson PLAIN_JSON =
            new GsonBuilder().disableHtmlEscaping().create();

    private final SecretWindows pieces = new SecretWindows(PIECE);
    /** The end of what is no longer than a piece, such as a PIN. */
    private final SecretWindows ends = new SecretWindows(SHORT_PIECE);
    /** So that each counts, and costs, once. */
    private final Set<Long> known = new HashSet<>();

    /** How many there are. */
    public synchronized int count() {
        return known.size();
    }

    synchronized int pieceCount() {
        return pieces.size() + ends.size();
    }

    /**
     * Remembers one.
     *
     * @param what what it is, as a finding is to say
     */
    public synchronized void remember(String what, String secret) {
        if (secret.length() < SHORT_PIECE || !known.add(hash(secret))) {
            return;
        }
        String[] parts = secret.split("\\.", -1);
        if (parts.length == 3 && secret.startsWith("eyJ")) {
            pieces.addAll("the payload of " + what, bytes(parts[1]));
            addInAllForms("the signature of " + what, parts[2]);
        } else {
            addInAllForms(what, secret);
        }
    }

    /** Remembers every token and every API key's secret that a text holds. */
    public void rememberIssuedIn(CharSequence text) {
        Matcher issued = ISSUED.matcher(text);
        while (issued.find()) {
            remember(issued.group().startsWith("sgk_") ? "an API key's secret" : "a token", issued.group());
        }
    }

    private void addInAllForms(String what, String secret) {
        if (secret.length() < PIECE) {
            ends.addLast(what, bytes(secret));
            return;
        }
        Set<String> forms = new LinkedHashSet<>(List.of(secret, URLEncoder.encode(secret, UTF_8)));
        for (Gson json : new Gson[] {JSON, PLAIN_JSON}) {
            String quoted = json.toJson(secret);
            forms.add(quoted.substring(1, quoted.length() - 1));
        }
        forms.forEach(form -> pieces.addAll(what, bytes(form)));
        for (int offset = 0; offset < 3; offset++) {
            byte[] shifted = new byte[offset + secret.length()];
            System.arraycopy(bytes(secret), 0, shifted, offset, secret.length());
            // The first character or two, and the last ones, also depend on what is around it.
            for (Base64.Encoder encoder : new Base64.Encoder[] {Base64.getEncoder(), Base64.getUrlEncoder()}) {
                byte[] encoded = encoder.withoutPadding().encode(shifted);
                int first = offset == 0 ? 0 : offset + 1;
                pieces.addAll(what + " in base64", Arrays.copyOfRange(encoded, first, encoded.length - 1));
            }
        }
        byte[] decoded = decoded(secret);
        pieces.addAll(what + " as bytes", decoded);
        pieces.addAll(what + " in hexadecimal", bytes(HexFormat.of().formatHex(decoded)));
        pieces.addAll(
                what + " in hexadecimal", bytes(HexFormat.of().withUpperCase().formatHex(decoded)));
    }

    private static byte[] decoded(String secret) {
        try {
            return Base64.getUrlDecoder().decode(secret);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    /** Tells of each piece of a secret that is in the bytes, and where. */
    synchronized void find(byte[] bytes, int to, ObjIntConsumer<String> found) {
        pieces.find(bytes, to, found);
        ends.find(bytes, to, found);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static long hash(String text) {
        long hash = 0;
        for (int index = 0; index < text.length(); index++) {
            hash = hash * 0x9E3779B97F4A7C15L + text.charAt(index) + 1;
        }
        return hash;
    }
}
