package dev.signet.authority.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.TextFormat;
import dev.signet.v1.AuditEvent;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a process tells whoever asks it, kept beside its log before it ends, to be searched with that. */
final class LastLook {
    private static final Pattern HTTP_PORT = Pattern.compile("HTTP on (127\\.0\\.0\\.1:\\d+)");
    private static final int PATIENCE_MILLIS = 2000;

    private LastLook() {}

    /** Keeps the metrics of each HTTP port that the log tells of. */
    static void keepMetrics(Path log) {
        try {
            Matcher ports = HTTP_PORT.matcher(Files.readString(log));
            for (int count = 1; ports.find(); count++) {
                byte[] page = get("http://" + ports.group(1) + "/metrics");
                Files.write(log.resolveSibling(log.getFileName() + ".metrics-" + count), page);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] get(String address) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(address).toURL().openConnection();
            connection.setConnectTimeout(PATIENCE_MILLIS);
            connection.setReadTimeout(PATIENCE_MILLIS);
            try (InputStream in = connection.getInputStream()) {
                return in.readAllBytes();
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            // It is one that does not answer any more: that is what some tests make of it.
            return ("no metrics: " + e).getBytes(UTF_8);
        }
    }

    /** Keeps what an organization's audit log holds. */
    static void keepAuditLog(Path log, int port, String credential, String organization) {
        StringBuilder text = new StringBuilder();
        try (Client client = new Client(port, credential)) {
            for (AuditEvent event : client.auditLog(organization)) {
                text.append(TextFormat.printer().printToString(event)).append('\n');
            }
        } catch (StatusRuntimeException e) {
            // The credential was ended, or nobody answers: that is what some tests are about.
            text.append("no audit log: ").append(e.getStatus().getCode());
        }
        try {
            Files.writeString(log.resolveSibling(log.getFileName() + ".audit-" + Client.id(organization)), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
