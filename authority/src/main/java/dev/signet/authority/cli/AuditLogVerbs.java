package dev.signet.authority.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.protobuf.Timestamp;
import dev.signet.v1.AuditServiceGrpc;
import dev.signet.v1.ExportAuditLogRequest;
import dev.signet.v1.ExportAuditLogResponse;
import dev.signet.v1.VerifyAuditLogRequest;
import dev.signet.v1.VerifyAuditLogResponse;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Iterator;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code organization audit-logs}. */
@Command(name = "audit-logs", aliases = "al", description = "What was done in an organization.")
final class AuditLogVerbs {
    private static final int DEADLINE_SECONDS = 600;

    private final Shell shell;
    private final Connections connections;
    private final Target target;
    private final Gson gson =
            new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

    AuditLogVerbs(Shell shell, Connections connections, Target target) {
        this.shell = shell;
        this.connections = connections;
        this.target = target;
    }

    @Command(name = "export", aliases = "e", description = "Print the events as JSON, one a line, oldest first.")
    int export(
            @Option(
                            names = {"-o", "--output-file"},
                            paramLabel = "FILE",
                            description = "file to write instead of standard output; compressed if it ends in .gz")
                    @Nullable
                    Path file,
            @Option(
                            names = {"-i", "--include"},
                            paramLabel = "DAYS",
                            description = "the last so many days (default: 1)")
                    @Nullable
                    Integer days,
            @Option(
                            names = "--start",
                            paramLabel = "TIME",
                            description = "from this time on, such as 2026-11-22T00:00:00Z")
                    @Nullable
                    String start,
            @Option(names = "--end", paramLabel = "TIME", description = "before this time") @Nullable String end)
            throws IOException {
        ExportAuditLogRequest.Builder request = span(days, start, end);
        Credential credential = connections.credential();
        request.setParent(target.name(Level.ORGANIZATION, null, credential));
        try (Peer authority = connections.authority(credential)) {
            if (file == null) {
                export(authority, request.build(), shell.out());
                shell.out().flush();
            } else {
                long events = export(authority, request.build(), file);
                shell.say("Wrote " + events + (events == 1 ? " event" : " events") + " to " + file + ".");
            }
        }
        return 0;
    }

    private ExportAuditLogRequest.Builder span(@Nullable Integer days, @Nullable String start, @Nullable String end) {
        if (days != null && (start != null || end != null)) {
            throw Failure.usage("give either --include or --start and --end, not both");
        }
        if (days != null && (days < 1 || days > 3650)) {
            throw Failure.usage("--include must be from 1 to 3650 days, got " + days);
        }
        ExportAuditLogRequest.Builder request = ExportAuditLogRequest.newBuilder();
        if (start != null) {
            request.setStartTime(time("--start", start));
        } else if (end == null) {
            request.setStartTime(timestamp(shell.clock().instant().minus(Duration.ofDays(days == null ? 1 : days))));
        }
        if (end != null) {
            request.setEndTime(time("--end", end));
        }
        return request;
    }

    private static Timestamp time(String flag, String text) {
        try {
            return timestamp(OffsetDateTime.parse(text.strip()).toInstant());
        } catch (DateTimeParseException e) {
            throw Failure.usage(flag + " must be a time such as 2026-11-22T00:00:00Z, got " + text);
        }
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }

    private long export(Peer authority, ExportAuditLogRequest request, Path file) throws IOException {
        long[] events = {0};
        PrivateFile.Content content = out -> {
            OutputStream sink = String.valueOf(file.getFileName()).endsWith(".gz")
                    ? new GZIPOutputStream(out)
                    : new BufferedOutputStream(out);
            events[0] = export(authority, request, sink);
            if (sink instanceof GZIPOutputStream compressed) {
                compressed.finish();
            }
            sink.flush();
        };
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            // A pipe or a terminal is written to, not replaced.
            try (OutputStream out = Files.newOutputStream(file)) {
                content.writeTo(out);
            }
        } else {
            PrivateFile.write(file, content);
        }
        return events[0];
    }

    private long export(Peer authority, ExportAuditLogRequest request, OutputStream sink) {
        return authority.call(DEADLINE_SECONDS, AuditServiceGrpc::newBlockingStub, audit -> {
            long events = 0;
            Iterator<ExportAuditLogResponse> answers = audit.exportAuditLog(request);
            try {
                while (answers.hasNext()) {
                    String line = Printable.json(
                            gson.toJson(ProtoJson.of(answers.next().getEvent())));
                    sink.write((line + "\n").getBytes(UTF_8));
                    events++;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return events;
        });
    }

    @Command(
            name = "verify",
            description = "Tell whether every event is there, unchanged and in its place. Ends with 1 if not.")
    int verify(@Mixin Output output) {
        Credential credential = connections.credential();
        String organization = target.name(Level.ORGANIZATION, null, credential);
        VerifyAuditLogResponse found;
        try (Peer authority = connections.authority(credential)) {
            found = authority.call(
                    DEADLINE_SECONDS,
                    AuditServiceGrpc::newBlockingStub,
                    audit -> audit.verifyAuditLog(VerifyAuditLogRequest.newBuilder()
                            .setParent(organization)
                            .build()));
        }
        output.print(
                shell,
                found,
                () -> new Table("LOG", "EVENTS", "BROKEN AT", "PROBLEM", "HEAD")
                        .row(
                                found.getIntact() ? "intact" : "broken",
                                String.valueOf(found.getEvents()),
                                found.getIntact() ? "-" : String.valueOf(found.getBrokenSequence()),
                                found.getIntact() ? "-" : found.getProblem(),
                                found.getHeadHash()));
        return found.getIntact() ? 0 : Failure.REFUSED;
    }
}
