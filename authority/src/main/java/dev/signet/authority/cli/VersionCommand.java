package dev.signet.authority.cli;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "version", description = "Print the version.")
final class VersionCommand implements Callable<Integer> {
    private static final String PROPERTIES = "/META-INF/maven/dev.signet/signet-authority/pom.properties";

    private final Shell shell;

    @Mixin
    private Output output = new Output();

    VersionCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException {
        String java = System.getProperty("java.version", "unknown");
        JsonObject json = new JsonObject();
        json.addProperty("version", version());
        json.addProperty("java", java);
        if (output.isJson()) {
            output.print(shell, json, () -> new Table("VERSION"));
        } else {
            shell.out().println("signet " + version() + " (java " + java + ")");
        }
        return 0;
    }

    private static String version() throws IOException {
        try (InputStream properties = VersionCommand.class.getResourceAsStream(PROPERTIES)) {
            if (properties == null) {
                return "unpackaged";
            }
            Properties pom = new Properties();
            pom.load(properties);
            return pom.getProperty("version", "unpackaged");
        }
    }
}
