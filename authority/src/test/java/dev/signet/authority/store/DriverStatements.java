package dev.signet.authority.store;

import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What PostgreSQL's driver sends, whoever asks it to: each text once, with {@code $1} for what is bound. It is told by the
 * driver itself, so that no way past Jdbi is missed.
 */
final class DriverStatements extends Handler {
    private static final String DRIVER = "org.postgresql.core.v3.QueryExecutorImpl";
    private static final Pattern PARSE =
            Pattern.compile("\\s*FE=> Parse\\(stmt=[^,]*,query=\"(.*)\",oids=\\{.*}\\)\\s*", Pattern.DOTALL);

    private final Logger driver = Logger.getLogger(DRIVER);
    private final Set<String> texts = new ConcurrentSkipListSet<>();

    private DriverStatements() {
        setLevel(Level.FINEST);
    }

    /** Hears from now on until it is closed. */
    static DriverStatements hear() {
        DriverStatements heard = new DriverStatements();
        heard.driver.setUseParentHandlers(false);
        heard.driver.setLevel(Level.FINEST);
        heard.driver.addHandler(heard);
        return heard;
    }

    /** Those that a plan is made for, with single spaces. */
    Set<String> planned() {
        Set<String> planned = new ConcurrentSkipListSet<>(texts);
        planned.removeIf(text -> !text.matches("(?s)(SELECT|INSERT|UPDATE|DELETE|WITH) .*"));
        return planned;
    }

    @Override
    public void publish(LogRecord record) {
        String message = String.valueOf(record.getMessage());
        Object[] parameters = record.getParameters();
        if (parameters != null) {
            // The driver leaves some of its messages to be formatted.
            for (int i = 0; i < parameters.length; i++) {
                message = message.replace("{" + i + "}", String.valueOf(parameters[i]));
            }
        }
        Matcher parse = PARSE.matcher(message);
        if (parse.matches()) {
            texts.add(singleSpaced(parse.group(1)));
        }
    }

    static String singleSpaced(String sql) {
        return sql.replaceAll("\\s+", " ").strip();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        driver.removeHandler(this);
        driver.setLevel(null);
        driver.setUseParentHandlers(true);
    }
}
