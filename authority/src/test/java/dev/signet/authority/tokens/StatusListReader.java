package dev.signet.authority.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.zip.InflaterInputStream;

/** Reads a status list token as the draft says (sections 4 and 8.3), and knows nothing of who wrote it. */
final class StatusListReader {
    private final JsonObject header;
    private final JsonObject claims;
    private final int bits;
    private final byte[] list;

    /** @param token of which the signature was checked */
    StatusListReader(String token) {
        String[] parts = token.split("\\.", -1);
        header = json(parts[0]);
        claims = json(parts[1]);
        JsonObject statusList = claims.getAsJsonObject("status_list");
        bits = statusList.get("bits").getAsInt();
        byte[] compressed = Base64.getUrlDecoder().decode(statusList.get("lst").getAsString());
        try (InflaterInputStream inflater = new InflaterInputStream(new ByteArrayInputStream(compressed))) {
            list = inflater.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonObject json(String part) {
        return JsonParser.parseString(new String(Base64.getUrlDecoder().decode(part), UTF_8))
                .getAsJsonObject();
    }

    JsonObject header() {
        return header;
    }

    JsonObject claims() {
        return claims;
    }

    /** How many statuses there are; an index past the last one is an error. */
    int size() {
        return list.length * (8 / bits);
    }

    /** Statuses lie in a byte from its least significant bit on. */
    int status(int index) {
        int perByte = 8 / bits;
        return (list[index / perByte] >> (index % perByte * bits)) & ((1 << bits) - 1);
    }
}
