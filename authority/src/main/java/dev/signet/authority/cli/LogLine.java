package dev.signet.authority.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.LayoutBase;
import dev.signet.authority.trace.TraceContext;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import org.jspecify.annotations.Nullable;

/**
 * An event as one line: when, how bad, by whom, of which trace if of any, what, and of a failure and its causes each
 * where it came from.
 *
 * <p>In Java, as making sense of a pattern takes a tenth of a sidecar's start.
 */
final class LogLine extends LayoutBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        TIME.formatTo(event.getInstant(), line);
        String level = event.getLevel().toString();
        line.append(' ').append(level).append(" ".repeat(6 - level.length()));
        String logger = event.getLoggerName();
        line.append(logger, logger.lastIndexOf('.') + 1, logger.length()).append(": ");
        String trace = event.getMDCPropertyMap().get(TraceContext.LOGGED);
        if (trace != null && !trace.isEmpty()) {
            line.append("trace=").append(trace).append(' ');
        }
        append(line, event.getFormattedMessage());
        String before = " ";
        for (IThrowableProxy thrown = event.getThrowableProxy(); thrown != null; thrown = thrown.getCause()) {
            append(line.append(before), thrown);
            before = " caused by ";
        }
        return line.append('\n').toString();
    }

    private static void append(StringBuilder line, IThrowableProxy thrown) {
        line.append(thrown.getClassName());
        if (thrown.getMessage() != null) {
            append(line.append(": "), thrown.getMessage());
        }
        StackTraceElementProxy[] frames = thrown.getStackTraceElementProxyArray();
        if (frames != null && frames.length > 0) {
            line.append(' ').append(frames[0].getSTEAsString());
        }
    }

    /** What is logged may hold what somebody sent: whatever would end the line or move a cursor becomes a space. */
    private static void append(StringBuilder line, @Nullable String text) {
        if (text == null) {
            return;
        }
        for (int at = 0; at < text.length(); ) {
            int character = text.codePointAt(at);
            at += Character.charCount(character);
            if (Printable.isPlain(character)) {
                line.appendCodePoint(character);
            } else if (line.charAt(line.length() - 1) != ' ') {
                line.append(' ');
            }
        }
    }
}
