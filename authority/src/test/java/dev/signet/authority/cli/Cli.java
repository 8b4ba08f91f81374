package dev.signet.authority.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The whole command against servers in this process. */
final class Cli implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    final Map<String, String> environment = new HashMap<>();
    final List<String> authorizations = new ArrayList<>();
    final List<String> traces = new ArrayList<>();
    /** How long the last call was given. */
    long secondsAllowed;

    boolean terminal;
    String input = "";

    private final String name = InProcessServerBuilder.generateName();
    private final io.grpc.Server server;

    record Run(int exitCode, String out, String err) {}

    Cli(BindableService... services) {
        InProcessServerBuilder builder = InProcessServerBuilder.forName(name).directExecutor();
        for (BindableService service : services) {
            builder.addService(service);
        }
        try {
            server = builder.intercept(new Recorder()).build().start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        environment.put("ASTRO_API_TOKEN", token("{\"org\":\"org_1\",\"exp\":" + (NOW.getEpochSecond() + 60) + "}"));
    }

    Run run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        BufferedReader in = new BufferedReader(new StringReader(input));
        Shell shell = new Shell(
                environment,
                Clock.fixed(NOW, ZoneOffset.UTC),
                in,
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8),
                terminal,
                () -> hidden(in));
        int exitCode = Main.execute(shell, new Connections(shell, endpoint -> channel()), arguments);
        return new Run(exitCode, out.toString(UTF_8), err.toString(UTF_8));
    }

    /** Asserts that a verb is there, under this name: help that is asked of another is that of its noun. */
    void assertHelp(String verb) {
        Run run = run((verb + " --help").split(" ", -1));
        assertEquals(0, run.exitCode(), () -> verb + ": " + run.err());
        assertTrue(run.out().startsWith("Usage: signet "), run.out());
        long words = Arrays.stream(
                        run.out().substring("Usage: signet ".length()).split("\\s+"))
                .takeWhile(word -> word.matches("[a-z-]+"))
                .count();
        assertEquals(verb.split(" ", -1).length, words, () -> verb + " is not there: " + run.out());
        assertFalse(run.out().contains("exit-with-parent"), run.out());
    }

    private static String hidden(BufferedReader in) {
        try {
            return in.readLine();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    Demo demo() {
        Endpoint endpoint = Endpoint.parse("authority", "127.0.0.1:1");
        return Demo.prepare("platform", token -> new Peer(Server.AUTHORITY, endpoint, channel(), token));
    }

    private ManagedChannel channel() {
        return InProcessChannelBuilder.forName(name).build();
    }

    static String token(String payload) {
        return part("{\"alg\":\"ES256\"}") + "." + part(payload) + "." + part("signature");
    }

    private static String part(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private final class Recorder implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            Deadline deadline = Context.current().getDeadline();
            secondsAllowed = deadline == null ? Long.MAX_VALUE : deadline.timeRemaining(TimeUnit.SECONDS);
            authorizations.add(headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER)));
            traces.add(headers.get(Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER)));
            return next.startCall(call, headers);
        }
    }
}
