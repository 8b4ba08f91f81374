package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code signet load} against a running installation. */
final class LoadIT {
    private static final int ENDED_BY_TERM = 143;

    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    @TempDir
    private Path folder;

    @Test
    void everyVerdictIsAsItShouldBeAndNothingIsLeft() throws IOException {
        Dev dev = Dev.start(PROCESSES, folder);
        String deployments = dev.run("deployment", "list", "-o", "json").value();
        Set<String> tokens = tokens(dev);
        Path results = folder.resolve("results");

        Processes.Run run = dev.run(
                "load",
                "--rate",
                "200",
                "--duration",
                "3s",
                "--mix",
                "known=80,first-seen=10,revoked=5,malformed=5",
                "--output-dir",
                results.toString(),
                "--output",
                "json");
        assertEquals(0, run.exitCode(), run.err());

        JsonObject result = JsonParser.parseString(run.out()).getAsJsonObject().getAsJsonObject("result");
        JsonObject all = result.getAsJsonObject("all");
        assertEquals(600, all.get("calls").getAsInt());
        assertEquals(600, all.get("answers").getAsInt());
        assertEquals(0, all.get("wrong").getAsInt());
        assertEquals("{}", all.getAsJsonObject("errors").toString());
        JsonObject kinds = result.getAsJsonObject("kinds");
        int calls = 0;
        for (String kind : List.of("known", "first-seen", "revoked", "malformed")) {
            int own = kinds.getAsJsonObject(kind).get("calls").getAsInt();
            assertTrue(own > 0, kind);
            calls += own;
        }
        assertEquals(600, calls);
        assertTrue(kinds.getAsJsonObject("revoked").getAsJsonObject("verdicts").has("REVOKED"));

        assertTrue(Files.readString(results.resolve("latency.hlog")).contains("Tag=known,"));
        assertEquals(1200, ImageIO.read(results.resolve("latency.png").toFile()).getWidth());
        assertEquals(deployments, dev.run("deployment", "list", "-o", "json").value());
        assertEquals(tokens, tokens(dev));
        dev.process().terminate();
    }

    @Test
    void whoInterruptsItFindsTheResultsSoFarAndNothingElse() throws IOException {
        Dev dev = Dev.start(PROCESSES, folder);
        String deployments = dev.run("deployment", "list", "-o", "json").value();
        Path results = folder.resolve("results");
        Running load = PROCESSES.start(
                dev.environment(),
                "load",
                "--rate",
                "50",
                "--duration",
                "10m",
                "--warm-up",
                "0s",
                "--output-dir",
                results.toString());
        Await.until("it makes calls", Duration.ofSeconds(30), () -> load.text().contains("making 50 calls/s"));
        // As Ctrl-C, which is ignored by what is started in the background of a script.
        assertEquals(ENDED_BY_TERM, load.terminate(), load.text());
        assertTrue(Files.readString(results.resolve("summary.json")).contains("\"interrupted\": true"));
        assertFalse(load.text().contains("left behind"), load.text());
        assertEquals(deployments, dev.run("deployment", "list", "-o", "json").value());
        dev.process().terminate();
    }

    private static Set<String> tokens(Dev dev) {
        Set<String> names = new TreeSet<>();
        JsonParser.parseString(
                        dev.run("organization", "token", "list", "-o", "json").value())
                .getAsJsonObject()
                .getAsJsonArray("tokens")
                .forEach(token -> names.add(token.getAsJsonObject().get("name").getAsString()));
        return names;
    }
}
