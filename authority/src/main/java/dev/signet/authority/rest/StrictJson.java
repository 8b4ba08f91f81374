package dev.signet.authority.rest;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.internal.LazilyParsedNumber;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;

/**
 * JSON as RFC 8259 has it and nothing besides: no name twice, of which one would be passed over, and no half
 * characters, which no store could give back.
 */
final class StrictJson {
    private static final String BODY = "body";
    private static final int DEEPEST = 16;
    private static final int LONGEST_NUMBER = 32;

    private StrictJson() {}

    /** @throws RestError where the text is no object */
    static JsonObject object(String text) {
        JsonReader reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        try {
            JsonElement element = read(reader, 0);
            if (reader.peek() == JsonToken.END_DOCUMENT && element instanceof JsonObject object) {
                return object;
            }
        } catch (IOException e) {
            // What the parser says of it could hold what was sent.
        }
        throw RestError.invalid(BODY, "must be one JSON object");
    }

    private static JsonElement read(JsonReader reader, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw RestError.invalid(BODY, "is nested too deeply");
        }
        return switch (reader.peek()) {
            case BEGIN_OBJECT -> {
                JsonObject object = new JsonObject();
                reader.beginObject();
                while (reader.hasNext()) {
                    String name = whole(reader.nextName());
                    if (object.has(name)) {
                        throw RestError.invalid(name, "was sent more than once");
                    }
                    object.add(name, read(reader, depth + 1));
                }
                reader.endObject();
                yield object;
            }
            case BEGIN_ARRAY -> {
                JsonArray array = new JsonArray();
                reader.beginArray();
                while (reader.hasNext()) {
                    array.add(read(reader, depth + 1));
                }
                reader.endArray();
                yield array;
            }
            case STRING -> new JsonPrimitive(whole(reader.nextString()));
            case NUMBER -> new JsonPrimitive(number(reader.nextString()));
            case BOOLEAN -> new JsonPrimitive(reader.nextBoolean());
            case NULL -> {
                reader.nextNull();
                yield JsonNull.INSTANCE;
            }
            default -> throw new IOException("nothing there");
        };
    }

    /** Read once it is asked for, which takes the longer the larger it is. */
    private static Number number(String text) {
        if (text.length() > LONGEST_NUMBER || Double.isInfinite(Double.parseDouble(text))) {
            throw RestError.invalid(BODY, "holds a number that is too large");
        }
        return new LazilyParsedNumber(text);
    }

    private static String whole(String text) {
        if (text.codePoints().anyMatch(each -> each >= Character.MIN_SURROGATE && each <= Character.MAX_SURROGATE)) {
            throw RestError.invalid(BODY, "holds half of a character");
        }
        return text;
    }
}
