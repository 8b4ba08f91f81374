package dev.signet.authority.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

/** What is believed of a trace, by the examples of W3C Trace Context. */
final class TraceContextTest {
    private static final String ID = "4bf92f3577b34da6a3ce929d0e0e4736";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-" + ID + "-00f067aa0ba902b7-01",
                "00-" + ID + "-00f067aa0ba902b7-00",
                "cc-" + ID + "-00f067aa0ba902b7-01",
                "cc-" + ID + "-00f067aa0ba902b7-01-what-the-future-will-be-like"
            })
    void whatNamesATraceIsRead(String header) {
        assertEquals(new TraceContext(ID), TraceContext.of(header));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                ID,
                "00-" + ID + "-00f067aa0ba902b7",
                "00-" + ID + "-00f067aa0ba902b7-1",
                "00-" + ID + "-00f067aa0ba902b7-01-more",
                "00-" + ID + "-00f067aa0ba902b7-01.more",
                "cc-" + ID + "-00f067aa0ba902b7-01.more",
                "ff-" + ID + "-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-" + ID + "-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-" + ID + "\n-00f067aa0ba902b7-01",
                "00-" + ID + "-00f067aa0ba902b7-01\n",
                " 00-" + ID + "-00f067aa0ba902b7-01"
            })
    void whatDoesNotIsLeftAlone(String header) {
        assertNull(TraceContext.of(header));
    }

    @Test
    void whatComesAfterARequestBearsItsTraceNoMore() {
        String other = ID.replace('4', '5');
        new TraceContext(ID).logged(() -> {
            assertEquals(other, new TraceContext(other).logged(() -> MDC.get(TraceContext.LOGGED)));
            assertEquals(ID, MDC.get(TraceContext.LOGGED));
            return true;
        });
        assertNull(MDC.get(TraceContext.LOGGED));
    }
}
