package dev.signet.authority.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.text.ParseException;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** The body of a REST request: whatever is accepted, another parser accepts, with the same names, and none twice. */
class StrictJsonFuzzTest {
    static Stream<byte[]> bodies() {
        return Stream.of(
                        "{\"name\":\"ci\",\"scope\":\"WORKSPACE\",\"entityId\":\"wsp_1\",\"role\":\"WORKSPACE_OWNER\","
                                + "\"tokenExpiryPeriodInDays\":30}",
                        "{\"roles\":[{\"role\":\"A\",\"entityId\":\"b\",\"entityType\":\"C\"}],\"a\":{\"b\":null}}",
                        "{\"a\":1e3,\"b\":-0.5,\"c\":\"\\u00e9\\\"\\ud83d\\ude00\",\"d\":true}")
                .map(text -> text.getBytes(UTF_8));
    }

    @MethodSource("bodies")
    @FuzzTest(maxDuration = "5m")
    void body(byte[] bytes) throws ParseException {
        String text = new String(bytes, UTF_8);
        JsonObject read;
        try {
            read = StrictJson.object(text);
        } catch (RestError e) {
            return;
        }
        assertEquals(JSONObjectUtils.parse(text).keySet(), read.keySet());
        assertEquals(read, JsonParser.parseString(read.toString()));
    }
}
