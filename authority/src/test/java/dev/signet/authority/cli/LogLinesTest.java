package dev.signet.authority.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import dev.signet.authority.trace.TraceContext;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is logged, and what never is. */
final class LogLinesTest {
    private final LoggerContext context = new LoggerContext();

    @AfterEach
    void close() {
        context.stop();
        System.clearProperty("signet.log");
    }

    private void configure(String level) {
        System.setProperty("signet.log", level);
        context.setMDCAdapter(new LogbackMDCAdapter());
        LogLines lines = new LogLines();
        lines.setContext(context);
        lines.configure(context);
    }

    /** At these levels they log frames and headers, in which tokens are. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.grpc.netty.NettyServerHandler",
                "io.netty.handler.codec.http2.Http2FrameLogger",
                "org.eclipse.jetty.http.HttpParser",
                "org.eclipse.jetty.server.internal.HttpChannelState"
            })
    void whatIsOnTheWireIsNeverLogged(String logger) {
        configure("TRACE");
        assertTrue(context.getLogger("dev.signet.authority").isTraceEnabled());
        assertFalse(context.getLogger(logger).isDebugEnabled());
    }

    /** They warn of ports that are none and of two hosts, and say which. */
    @ParameterizedTest
    @ValueSource(strings = {"org.eclipse.jetty.http.HttpParser", "org.eclipse.jetty.util.HostPort"})
    void whatClientsGetWrongIsNotQuoted(String logger) {
        configure("INFO");
        assertFalse(context.getLogger(logger).isWarnEnabled());
        assertTrue(context.getLogger(logger).isErrorEnabled());
    }

    /** What is logged may hold what somebody sent, a path say. */
    @Test
    void aLogLineIsOneLineAndMovesNoCursor() {
        configure("INFO");
        ConsoleAppender<ILoggingEvent> console =
                (ConsoleAppender<ILoggingEvent>) context.getLogger("ROOT").getAppender("STDERR");
        LoggingEvent event = new LoggingEvent(
                "",
                context.getLogger("dev.signet.Some"),
                Level.ERROR,
                "failed: {}",
                new IllegalStateException("a\u001b[1Ab\nc"),
                new Object[] {"GET /\r\n\u001b]0;x\u0007\u009b2J\u2028\u202ey"});
        String line = new String(console.getEncoder().encode(event), UTF_8);
        assertTrue(line.contains("ERROR Some: failed: GET / ]0;x 2J y "), line);
        assertTrue(line.contains("a [1Ab c"), line);
        assertTrue(line.endsWith("\n") && line.strip().codePoints().noneMatch(Character::isISOControl), line);
    }

    @Test
    void aLogLineOfATracedRequestSaysWhichTrace() {
        configure("INFO");
        ConsoleAppender<ILoggingEvent> console =
                (ConsoleAppender<ILoggingEvent>) context.getLogger("ROOT").getAppender("STDERR");
        LoggingEvent event = new LoggingEvent("", context.getLogger("dev.signet.Some"), Level.INFO, "done", null, null);
        event.setMDCPropertyMap(Map.of(TraceContext.LOGGED, "4bf92f3577b34da6a3ce929d0e0e4736"));
        String line = new String(console.getEncoder().encode(event), UTF_8);
        assertTrue(line.contains("INFO  Some: trace=4bf92f3577b34da6a3ce929d0e0e4736 done"), line);
        event = new LoggingEvent("", context.getLogger("dev.signet.Some"), Level.INFO, "done", null, null);
        event.setMDCPropertyMap(Map.of());
        line = new String(console.getEncoder().encode(event), UTF_8);
        assertTrue(line.contains("INFO  Some: done"), line);
    }

    @Test
    void whoWantsLessGetsLess() {
        configure("ERROR");
        assertFalse(context.getLogger("io.grpc.netty").isInfoEnabled());
    }
}
