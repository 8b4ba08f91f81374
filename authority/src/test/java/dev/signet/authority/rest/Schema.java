package dev.signet.authority.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;

/** Whether JSON is as a schema says (JSON Schema 2020-12, of which a few words are known and no others taken). */
final class Schema {
    private final JsonObject document;

    /** @param document what references lead into */
    Schema(JsonObject document) {
        this.document = document;
    }

    /** What a reference stands for, or the object itself where it is none. */
    JsonObject resolve(JsonObject object) {
        if (!object.has("$ref")) {
            return object;
        }
        JsonElement target = document;
        for (String step : object.get("$ref").getAsString().substring(2).split("/", -1)) {
            target = target.getAsJsonObject().get(step);
            assertTrue(target != null, () -> "leads nowhere: " + object);
        }
        return target.getAsJsonObject();
    }

    void check(String at, JsonObject reference, JsonElement value) {
        JsonObject schema = resolve(reference);
        for (Map.Entry<String, JsonElement> rule : schema.entrySet()) {
            checkRule(at, schema, rule.getKey(), rule.getValue(), value);
        }
    }

    private void checkRule(String at, JsonObject schema, String keyword, JsonElement rule, JsonElement value) {
        String where = at + " (" + keyword + " " + rule + ")";
        switch (keyword) {
            case "description", "default" -> {}
            case "type" -> assertTrue(isOneOf(rule, value), where);
            case "enum" -> assertTrue(rule.getAsJsonArray().contains(value), where);
            case "properties" -> checkProperties(at, rule.getAsJsonObject(), value);
            case "required" -> {
                if (value.isJsonObject()) {
                    rule.getAsJsonArray()
                            .forEach(name -> assertTrue(value.getAsJsonObject().has(name.getAsString()), where + name));
                }
            }
            case "additionalProperties" -> checkOthers(at, schema, rule, value);
            case "items" -> {
                if (value instanceof JsonArray array) {
                    for (int index = 0; index < array.size(); index++) {
                        check(at + "[" + index + "]", rule.getAsJsonObject(), array.get(index));
                    }
                }
            }
            case "minItems" ->
                assertTrue(!(value instanceof JsonArray array) || array.size() >= rule.getAsInt(), where);
            case "maxItems" ->
                assertTrue(!(value instanceof JsonArray array) || array.size() <= rule.getAsInt(), where);
            case "minimum" -> assertTrue(!isNumber(value) || value.getAsLong() >= rule.getAsLong(), where);
            case "maximum" -> assertTrue(!isNumber(value) || value.getAsLong() <= rule.getAsLong(), where);
            case "minLength" -> assertTrue(!isText(value) || length(value) >= rule.getAsInt(), where);
            case "maxLength" -> assertTrue(!isText(value) || length(value) <= rule.getAsInt(), where);
            case "pattern" ->
                assertTrue(
                        !isText(value)
                                || Pattern.compile(rule.getAsString())
                                        .matcher(value.getAsString())
                                        .find(),
                        where);
            case "format" -> {
                assertEquals("date-time", rule.getAsString(), where);
                if (isText(value)) {
                    Instant.parse(value.getAsString());
                }
            }
            default -> fail("a word that is not known here: " + where);
        }
    }

    private void checkProperties(String at, JsonObject properties, JsonElement value) {
        if (value.isJsonObject()) {
            value.getAsJsonObject().entrySet().forEach(entry -> {
                if (properties.has(entry.getKey())) {
                    check(at + "." + entry.getKey(), properties.getAsJsonObject(entry.getKey()), entry.getValue());
                }
            });
        }
    }

    private void checkOthers(String at, JsonObject schema, JsonElement rule, JsonElement value) {
        if (value.isJsonObject()) {
            value.getAsJsonObject().entrySet().forEach(entry -> {
                if (!schema.getAsJsonObject("properties").has(entry.getKey())) {
                    assertTrue(rule.isJsonObject(), () -> at + " must not have " + entry.getKey());
                    check(at + "." + entry.getKey(), rule.getAsJsonObject(), entry.getValue());
                }
            });
        }
    }

    private static boolean isOneOf(JsonElement types, JsonElement value) {
        if (types instanceof JsonArray several) {
            return several.asList().stream().anyMatch(type -> isOneOf(type, value));
        }
        return switch (types.getAsString()) {
            case "object" -> value.isJsonObject();
            case "array" -> value.isJsonArray();
            case "null" -> value.isJsonNull();
            case "string" -> isText(value);
            case "boolean" -> value instanceof JsonPrimitive primitive && primitive.isBoolean();
            case "integer" -> isNumber(value) && value.getAsString().matches("-?[0-9]+");
            default -> fail("no type: " + types);
        };
    }

    private static boolean isText(JsonElement value) {
        return value instanceof JsonPrimitive primitive && primitive.isString();
    }

    private static boolean isNumber(JsonElement value) {
        return value instanceof JsonPrimitive primitive && primitive.isNumber();
    }

    private static int length(JsonElement value) {
        String text = value.getAsString();
        return text.codePointCount(0, text.length());
    }
}
