package dev.signet.authority.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The folder of the results: {@code latency.hlog}, {@code summary.json} and {@code latency.png}. */
public final class OutputFolder {
    private final Path folder;

    private OutputFolder(Path folder) {
        this.folder = folder;
    }

    /** @throws LoadFailure where it cannot be made, or is there already and not empty */
    public static OutputFolder make(Path folder) {
        try {
            Files.createDirectories(folder);
            try (var files = Files.list(folder)) {
                if (files.findAny().isPresent()) {
                    throw new LoadFailure(folder + " is not empty: results are not overwritten");
                }
            }
        } catch (FileAlreadyExistsException e) {
            throw new LoadFailure(folder + " is not a folder");
        } catch (IOException e) {
            throw new LoadFailure(folder + " cannot be made");
        }
        return new OutputFolder(folder);
    }

    LatencyLog latencyLog(long startMillis) throws IOException {
        return new LatencyLog(folder.resolve("latency.hlog"), startMillis);
    }

    public void write(JsonObject summary) throws IOException {
        Files.writeString(
                folder.resolve("summary.json"),
                new GsonBuilder()
                                .setPrettyPrinting()
                                .serializeNulls()
                                .disableHtmlEscaping()
                                .create()
                                .toJson(summary) + "\n",
                UTF_8);
    }

    /** Draws the results. Where that cannot be done, nothing else is lost by it, and it is told why; null where it can. */
    public @Nullable String draw(Report report) {
        return Picture.write(report, folder.resolve("latency.png"));
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
