package dev.signet.authority.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Timestamp;
import dev.signet.verifier.InvalidConfiguration;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How durations, times, tables and shell words are written. */
final class TextTest {
    private static final Times TIMES = new Times(Cli.NOW);

    @ParameterizedTest
    @CsvSource({"500ms,PT0.5S", "0s,PT0S", "60s,PT1M", "2m,PT2M", "1h,PT1H", "1d,PT24H"})
    void durations(String text, Duration expected) {
        assertEquals(expected, DurationText.parse("key", text));
        assertEquals(expected, DurationText.parse("key", DurationText.format(expected)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "60", "1.5s", "-1s", "1 s", "PT1M", "1w", "9999999999s"})
    void noDurations(String text) {
        assertThrows(InvalidConfiguration.class, () -> DurationText.parse("key", text));
    }

    @ParameterizedTest
    @CsvSource({
        "-5,Just now",
        "0,Just now",
        "59,Just now",
        "60,1 minute ago",
        "3599,59 minutes ago",
        "3600,1 hour ago",
        "86399,23 hours ago",
        "86400,1 day ago",
        "8640000,100 days ago"
    })
    void ago(long seconds, String expected) {
        assertEquals(expected, TIMES.ago(fromNow(-seconds)));
    }

    @ParameterizedTest
    @CsvSource({
        "-1,expired",
        "0,expired",
        "1,within a minute",
        "90,in 1 minute",
        "3599,in 59 minutes",
        "28790,in 8 hours",
        "172800,in 2 days",
        "2591990,in 30 days"
    })
    void until(long seconds, String expected) {
        assertEquals(expected, TIMES.until(true, fromNow(seconds)));
        assertEquals("never", TIMES.until(false, fromNow(seconds)));
    }

    private static Timestamp fromNow(long seconds) {
        return Timestamp.newBuilder()
                .setSeconds(Cli.NOW.getEpochSecond() + seconds)
                .build();
    }

    @Test
    void columnsAreAligned() {
        assertEquals(
                """
                ID    NAME
                1     été
                222   x
                """, new Table("ID", "NAME").row("1", "été").row("222", "x").toString());
        assertThrows(IllegalArgumentException.class, () -> new Table("ID").row("1", "2"));
    }

    @Test
    void namesCannotMoveTheCursor() {
        assertEquals(
                "NAME\na\\u001B[2J\\nb\\u202Ec\n",
                new Table("NAME").row("a\u001b[2J\nb\u202ec").toString());
    }

    /** JSON leaves most of them as they are. */
    @Test
    void namesCannotMoveTheCursorInJsonEither() {
        JsonObject object = new JsonObject();
        String name = "a\u001b[2J\nb\u202ec\u009b2Jd\u007f\udb40\udc41\ud83d\ude00 \u00e9";
        object.addProperty("name", name);
        String json = Printable.json(object.toString());
        assertEquals("{\"name\":\"a\\u001b[2J\\nb\\u202ec\\u009b2Jd\\u007f\\udb40\\udc41\ud83d\ude00 \u00e9\"}", json);
        assertEquals(
                name, JsonParser.parseString(json).getAsJsonObject().get("name").getAsString());
        assertEquals("{\n  \"a\": 1\n}", Printable.json("{\n  \"a\": 1\n}"));
    }

    @Test
    void messagesNeverShowATokenEvenIfTyped() {
        assertEquals("unknown '(a secret)', sorry", Printable.message("unknown '" + Cli.token("{}") + "', sorry"));
    }

    @Test
    void wordsAreQuotedForTheShell() {
        assertEquals("/a/b-c.env", ShellWords.quote("/a/b-c.env"));
        assertEquals("''", ShellWords.quote(""));
        assertEquals("'a b'", ShellWords.quote("a b"));
        assertEquals("'$x`y\"'", ShellWords.quote("$x`y\""));
        assertEquals("'it'\\''s'", ShellWords.quote("it's"));
        assertEquals("'~/x'", ShellWords.quote("~/x"));
        assertEquals("serve --data '/a b'", ShellWords.line(List.of("serve", "--data", "/a b")));
    }
}
