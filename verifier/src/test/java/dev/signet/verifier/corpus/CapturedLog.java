package dev.signet.verifier.corpus;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.slf4j.LoggerFactory;

/** All that this process logs meanwhile, ours to the last detail, with stack traces. */
final class CapturedLog implements AutoCloseable {
    private static final String OURS = "dev.signet";

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final Logger ours = (Logger) LoggerFactory.getLogger(OURS);
    private final Level levelBefore = ours.getLevel();
    private final java.util.logging.Logger julOurs = java.util.logging.Logger.getLogger(OURS);
    private final java.util.logging.Logger julRoot = java.util.logging.Logger.getLogger("");
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage() + " "
                    + (event.getThrowableProxy() == null
                            ? ""
                            : ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
    };
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            StringWriter line = new StringWriter();
            line.append(new SimpleFormatter().formatMessage(entry));
            if (entry.getThrown() != null) {
                entry.getThrown().printStackTrace(new PrintWriter(line, true));
            }
            lines.add(line.toString());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    CapturedLog() {
        appender.setContext(root.getLoggerContext());
        appender.start();
        // What is ours is not printed meanwhile: it is all that there is, down to the last detail.
        ours.setLevel(Level.TRACE);
        ours.setAdditive(false);
        ours.addAppender(appender);
        root.addAppender(appender);
        handler.setLevel(java.util.logging.Level.ALL);
        julOurs.setLevel(java.util.logging.Level.ALL);
        julOurs.setUseParentHandlers(false);
        julOurs.addHandler(handler);
        julRoot.addHandler(handler);
    }

    /** Takes what was logged since the last time. */
    String take() {
        StringBuilder taken = new StringBuilder();
        for (String line = lines.poll(); line != null; line = lines.poll()) {
            taken.append(line).append('\n');
        }
        return taken.toString();
    }

    @Override
    public void close() {
        ours.detachAppender(appender);
        root.detachAppender(appender);
        appender.stop();
        ours.setLevel(levelBefore);
        ours.setAdditive(true);
        julRoot.removeHandler(handler);
        julOurs.removeHandler(handler);
        julOurs.setLevel(null);
        julOurs.setUseParentHandlers(true);
    }
}
