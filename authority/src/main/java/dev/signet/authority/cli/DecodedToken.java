package dev.signet.authority.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** What a token says of itself. Nothing of it is verified. */
record DecodedToken(JsonObject header, JsonObject payload) {
    private static final int LONGEST = 8192;
    private static final double LATEST = 1e12;

    /** @throws IllegalArgumentException with a message that says what is wrong and never quotes the text */
    static DecodedToken parse(String text) {
        String[] parts = text.split("\\.", -1);
        if (text.length() > LONGEST || parts.length != 3 || parts[2].isEmpty()) {
            throw new IllegalArgumentException("not three base64url parts separated by dots");
        }
        part(parts[2]);
        return new DecodedToken(object(parts[0]), object(parts[1]));
    }

    private static JsonObject object(String part) {
        JsonElement json;
        try {
            json = JsonParser.parseString(new String(part(part), UTF_8));
        } catch (JsonParseException e) {
            throw new IllegalArgumentException("a part of it is not JSON");
        }
        if (!json.isJsonObject()) {
            throw new IllegalArgumentException("a part of it is not a JSON object");
        }
        return json.getAsJsonObject();
    }

    private static byte[] part(String part) {
        try {
            return Base64.getUrlDecoder().decode(part);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not three base64url parts separated by dots");
        }
    }

    /** The {@code exp} claim; null where there is none. */
    @Nullable
    Instant expiry() {
        JsonElement exp = payload.get("exp");
        if (exp == null) {
            return null;
        }
        try {
            double seconds = exp.getAsDouble();
            if (Math.abs(seconds) <= LATEST) {
                return Instant.ofEpochSecond((long) seconds);
            }
        } catch (NumberFormatException | UnsupportedOperationException | IllegalStateException e) {
            // Told below.
        }
        throw new IllegalArgumentException("its exp claim is not a time");
    }

    /** A text claim; null where it is missing or something else. */
    @Nullable
    String claim(String name) {
        JsonElement claim = payload.get(name);
        return claim != null && claim.isJsonPrimitive() ? claim.getAsString() : null;
    }
}
