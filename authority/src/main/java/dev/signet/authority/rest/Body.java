package dev.signet.authority.rest;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.signet.authority.http.HttpRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The object that a request carries. A field that is null counts as not sent. Whoever has read what it knows asks for
 * the {@link #end}. Each refuses with the field's name.
 */
final class Body {
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,9}");

    private final JsonObject object;
    private final String path;
    private final Set<String> known = new HashSet<>();

    private Body(JsonObject object, String path) {
        this.object = object;
        this.path = path;
    }

    /** @throws RestError where the body is no object */
    static Body of(HttpRequest request) {
        String type = Objects.requireNonNullElse(request.header("Content-Type"), "");
        int semicolon = type.indexOf(';');
        if (!(semicolon < 0 ? type : type.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT)
                .equals("application/json")) {
            throw RestError.invalid("Content-Type", "must be application/json");
        }
        return new Body(StrictJson.object(request.body()), "");
    }

    /** Refuses a body that says something, where there is nothing to say. */
    static void none(HttpRequest request) {
        if (!request.body().isBlank()) {
            of(request).end();
        }
    }

    String requiredText(String name) {
        return required(name, text(name));
    }

    /** Null where it was not sent. */
    @Nullable
    String text(String name) {
        JsonElement value = value(name);
        return value == null ? null : text(path + name, value);
    }

    /** Null where it was not sent. */
    @Nullable
    Integer number(String name) {
        JsonElement value = value(name);
        if (value == null) {
            return null;
        }
        if (value instanceof JsonPrimitive primitive
                && primitive.isNumber()
                && WHOLE_NUMBER.matcher(primitive.getAsString()).matches()) {
            return Integer.valueOf(primitive.getAsString());
        }
        throw RestError.invalid(path + name, "must be a whole number of at most 9 digits");
    }

    List<String> requiredTexts(String name) {
        return required(name, texts(name));
    }

    /** Null where they were not sent. */
    @Nullable
    List<String> texts(String name) {
        JsonElement value = value(name);
        if (value == null) {
            return null;
        }
        JsonArray array = array(name, value);
        List<String> texts = new ArrayList<>();
        for (int index = 0; index < array.size(); index++) {
            texts.add(text(path + name + "[" + index + "]", array.get(index)));
        }
        return texts;
    }

    List<Body> requiredObjects(String name) {
        JsonArray array = array(name, required(name, value(name)));
        List<Body> objects = new ArrayList<>();
        for (int index = 0; index < array.size(); index++) {
            String field = path + name + "[" + index + "]";
            if (!(array.get(index) instanceof JsonObject element)) {
                throw RestError.invalid(field, "must be an object");
            }
            objects.add(new Body(element, field + "."));
        }
        return objects;
    }

    /** What a field is called in the whole of the body. */
    String field(String name) {
        return path + name;
    }

    /** Refuses what nobody asked for, unless it says nothing. */
    void end() {
        object.entrySet().forEach(entry -> {
            if (!known.contains(entry.getKey()) && !isNothing(entry.getValue())) {
                throw RestError.unknown(path + entry.getKey());
            }
        });
    }

    private static boolean isNothing(JsonElement value) {
        return value.isJsonNull() || (value instanceof JsonArray array && array.isEmpty());
    }

    private @Nullable JsonElement value(String name) {
        known.add(name);
        JsonElement value = object.get(name);
        return value instanceof JsonNull ? null : value;
    }

    private <T> T required(String name, @Nullable T value) {
        if (value == null) {
            throw RestError.required(path + name);
        }
        return value;
    }

    private static String text(String field, JsonElement value) {
        if (value instanceof JsonPrimitive primitive && primitive.isString()) {
            return primitive.getAsString();
        }
        throw RestError.invalid(field, "must be a string");
    }

    private JsonArray array(String name, JsonElement value) {
        if (value instanceof JsonArray array) {
            return array;
        }
        throw RestError.invalid(path + name, "must be an array");
    }
}
