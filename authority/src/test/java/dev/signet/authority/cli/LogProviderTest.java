package dev.signet.authority.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What logs in our processes. */
final class LogProviderTest {
    private static final String FILE = "logback.configurationFile";

    private final LogProvider provider = new LogProvider();
    private final LoggerContext context = (LoggerContext) provider.getLoggerFactory();

    @AfterEach
    void close() {
        context.stop();
        System.clearProperty(FILE);
    }

    private Logger root() {
        return context.getLogger(Logger.ROOT_LOGGER_NAME);
    }

    @Test
    void writesLinesOnStandardError() {
        provider.initialize();
        assertTrue(context.isStarted());
        assertNotNull(root().getAppender("STDERR"));
        assertEquals(Level.INFO, root().getLevel());
        assertSame(provider.getMDCAdapter(), context.getMDCAdapter());
    }

    @Test
    void isSetUpByAFileWhereOneIsNamed(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("logback.xml"), """
                <configuration>
                  <appender name="OWN" class="ch.qos.logback.core.read.ListAppender"/>
                  <root level="WARN"><appender-ref ref="OWN"/></root>
                </configuration>
                """);
        System.setProperty(FILE, file.toString());
        provider.initialize();
        assertTrue(context.isStarted());
        assertNotNull(root().getAppender("OWN"));
        assertEquals(Level.WARN, root().getLevel());
    }
}
