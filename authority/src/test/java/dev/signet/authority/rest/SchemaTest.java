package dev.signet.authority.rest;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The checker of schemas finds what is wrong, or the tests that rely on it would find nothing. */
final class SchemaTest {
    private static final JsonObject DOCUMENT = JsonParser.parseString("""
                    {"it": {"type": "object", "required": ["id"], "additionalProperties": false, "properties": {
                      "id": {"type": "string", "pattern": "^x", "minLength": 2, "maxLength": 4},
                      "many": {"type": "array", "minItems": 1, "maxItems": 2, "items": {"$ref": "#/word"}},
                      "count": {"type": ["integer", "null"], "minimum": 0, "maximum": 9},
                      "sure": {"type": "boolean"},
                      "at": {"type": "string", "format": "date-time"}}},
                     "word": {"enum": ["a", "b"]},
                     "open": {"type": "object", "properties": {"a": {"type": "null"}},
                       "additionalProperties": {"type": ["null", "array"], "maxItems": 0}},
                     "odd": {"oneOf": []}}
                    """).getAsJsonObject();

    private static void check(String schema, String value) {
        JsonElement parsed = JsonParser.parseString(value);
        new Schema(DOCUMENT).check("here", DOCUMENT.getAsJsonObject(schema), parsed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'id': 'xy'}",
                "{'id': 'xyzz', 'many': ['a', 'b'], 'count': null, 'sure': true, 'at': '2026-03-01T10:00:00Z'}",
                "{'id': 'xy', 'count': 9}",
            })
    void whatFitsIsTaken(String value) {
        assertDoesNotThrow(() -> check("it", value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{}",
                "{'id': 1}",
                "{'id': null}",
                "{'id': 'y1'}",
                "{'id': 'x'}",
                "{'id': 'xyzzy'}",
                "{'id': 'xy', 'more': 1}",
                "{'id': 'xy', 'many': []}",
                "{'id': 'xy', 'many': ['a', 'a', 'a']}",
                "{'id': 'xy', 'many': ['c']}",
                "{'id': 'xy', 'count': -1}",
                "{'id': 'xy', 'count': 10}",
                "{'id': 'xy', 'count': 1.5}",
                "{'id': 'xy', 'count': '1'}",
                "{'id': 'xy', 'sure': 'true'}",
                "{'id': 'xy', 'at': 'today'}",
            })
    void whatDoesNotFitIsFound(String value) {
        assertThrows(Throwable.class, () -> check("it", value));
    }

    @Test
    void whatElseThereIsIsHeldAgainstItsOwnSchema() {
        assertDoesNotThrow(() -> check("open", "{'a': null, 'b': null, 'c': []}"));
        assertThrows(AssertionError.class, () -> check("open", "{'b': 1}"));
        assertThrows(AssertionError.class, () -> check("open", "{'b': [1]}"));
    }

    @Test
    void aWordThatIsNotKnownIsNotPassedOver() {
        assertThrows(AssertionError.class, () -> check("odd", "{}"));
    }
}
