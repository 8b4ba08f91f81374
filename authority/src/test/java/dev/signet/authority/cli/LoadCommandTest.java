package dev.signet.authority.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code signet load} against an installation in this process. */
final class LoadCommandTest {
    private final FakeInstallation installation = new FakeInstallation();
    private final Cli cli = new Cli(installation.services());

    @TempDir
    private Path folder;

    LoadCommandTest() {
        cli.environment.put("SIGNET_WORKSPACE", "wsp_1");
    }

    @AfterEach
    void close() {
        cli.close();
    }

    /** A short one, with more flags or other values of those here. */
    private Cli.Run load(String... more) {
        Map<String, String> flags = new LinkedHashMap<>();
        flags.put("--rate", "400");
        flags.put("--duration", "500ms");
        flags.put("--warm-up", "50ms");
        flags.put("--tokens", "10");
        flags.put("--output-dir", results().toString());
        flags.put("--output", "json");
        for (int at = 0; at < more.length; at += 2) {
            flags.put(more[at], more[at + 1]);
        }
        List<String> arguments = new ArrayList<>(List.of("load"));
        flags.forEach((flag, value) -> arguments.addAll(List.of(flag, value)));
        arguments.remove("-");
        return cli.run(arguments.toArray(String[]::new));
    }

    private Path results() {
        return folder.resolve("results");
    }

    private static JsonObject json(Cli.Run run) {
        return JsonParser.parseString(run.out()).getAsJsonObject();
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify", "stream"})
    void everyKindOfTokenGetsItsVerdictAndNothingIsLeft(String target) throws IOException {
        Cli.Run run = load("--target", target, "--mix", "known=50,first-seen=20,revoked=20,malformed=10");
        assertEquals(0, run.exitCode(), run.err());
        JsonObject result = json(run).getAsJsonObject("result");
        JsonObject kinds = result.getAsJsonObject("kinds");
        assertEquals(Set.of("known", "first-seen", "revoked", "malformed"), kinds.keySet());
        assertEquals(200, result.getAsJsonObject("all").get("answers").getAsInt());
        assertEquals(0, result.get("unsent").getAsInt());
        assertEquals(
                Set.of("ACCEPTED"),
                kinds.getAsJsonObject("first-seen").getAsJsonObject("verdicts").keySet());
        assertEquals(
                Set.of("BAD_SIGNATURE", "MALFORMED"),
                kinds.getAsJsonObject("malformed").getAsJsonObject("verdicts").keySet());
        for (String token : installation.firstSeen) {
            assertTrue(
                    !installation.presented.containsKey(token)
                            || installation.presented.get(token).get() == 1,
                    "a first-seen token was presented twice");
        }
        assertEquals(Set.of(), installation.deployments);
        assertEquals(0, installation.good.size());
        assertEquals(
                json(run), JsonParser.parseString(Files.readString(results().resolve("summary.json"))));
        assertTrue(Files.readString(results().resolve("latency.hlog")).contains("Tag=first-seen,"));
        assertTrue(Files.size(results().resolve("latency.png")) > 10_000);
    }

    @Test
    void wrongVerdictsEndWithOne() {
        installation.wrongEvery = 30;
        Cli.Run wrong = load("--mix", "known=100", "--output", "table");
        assertEquals(1, wrong.exitCode());
        assertTrue(wrong.err().contains("wrong verdicts on known tokens: {ACCEPTED="), wrong.err());
        assertTrue(wrong.out().startsWith("KIND "), wrong.out());
        assertEquals(Set.of(), installation.deployments);
    }

    @ParameterizedTest
    @CsvSource({"create, create", "exchange, exchange", "rotate, rotate"})
    void theAuthorityIsCalledAsOftenAsPlanned(String target, String kind) {
        Cli.Run run = load("--target", target);
        assertEquals(0, run.exitCode(), run.err());
        JsonObject counts =
                json(run).getAsJsonObject("result").getAsJsonObject("kinds").getAsJsonObject(kind);
        assertEquals(200, counts.get("answers").getAsInt());
        int calls = switch (target) {
            case "create" -> installation.created.get();
            case "exchange" -> installation.exchanged.get();
            default -> installation.rotated.get();
        };
        assertEquals(220, calls, "the warm-up's 20 included");
        assertEquals(Set.of(), installation.deployments);
    }

    @Test
    void theLimitIsFoundStepByStep() {
        Cli.Run run = load("--find-limit", "-", "--mix", "known=100", "--in-flight", "1", "--rate", "2000");
        JsonObject json = json(run);
        assertTrue(json.getAsJsonArray("steps").size() > 1, run.out());
        // What this machine can do is no matter of this test.
        assertEquals(json.get("limit").isJsonNull() ? 1 : 0, run.exitCode(), run.err());
        assertTrue(Files.exists(results().resolve("latency.png")));
    }

    @Test
    void aVerifierThatIsOfNoUseIsToldBeforeAnythingIsMeasured() throws IOException {
        cli.close();
        Cli none = new Cli(Stream.of(installation.services()).limit(4).toArray(io.grpc.BindableService[]::new));
        none.environment.putAll(cli.environment);
        Cli.Run run = none.run("load", "--output-dir", results().toString());
        none.close();
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("the sidecar does not answer: {UNIMPLEMENTED="), run.err());
        assertEquals(Set.of(), installation.deployments);
    }

    @Test
    void whatCannotBeDeletedIsNamed() {
        installation.deletionFails = true;
        Cli.Run run = load("--target", "exchange");
        assertEquals(0, run.exitCode(), run.err());
        String left = "organizations/org_1/workspaces/wsp_1/deployments/dep_1";
        assertTrue(
                run.err().contains("left behind") && run.err().contains("`signet deployment delete " + left),
                run.err());
    }

    @Test
    void resultsAreNotOverwritten() throws IOException {
        Files.createDirectories(results());
        Files.writeString(results().resolve("summary.json"), "mine");
        Cli.Run run = load();
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("is not empty: results are not overwritten"), run.err());
        assertEquals("mine", Files.readString(results().resolve("summary.json")));
        assertEquals(0, installation.created.get());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--rate 0                        | --rate: must be from 0.1",
                "--duration 10ms                 | --duration: must be from 500ms",
                "--mix known=90                  | --mix: must add up to 100",
                "--mix known=100 --target create | --mix is of tokens to verify",
                "--in-flight 0                   | --in-flight: must be from 1",
                "--connections 0                 | --connections: must be from 1",
                "--tokens 0                      | --tokens: must be from 1",
                "--target http                   | Invalid value for option '--target'",
            })
    void wrongUsageNamesTheFlag(String flags, String told) {
        Cli.Run run = cli.run(("load " + flags.strip()).split(" +", -1));
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains(told.strip()), run.err());
    }

    @Test
    void moreFirstSeenTokensThanAreMadeAreRefusedBeforeTheRun() {
        Cli.Run run = load("--mix", "first-seen=100", "--rate", "1000000", "--warm-up", "0s");
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("500000 first-seen tokens would be needed"), run.err());
        assertEquals(Set.of(), installation.deployments);
    }

    @Test
    void nothingSecretIsToldOrWritten() throws IOException {
        cli.terminal = true;
        Cli.Run run = load();
        assertEquals(0, run.exitCode(), run.err());
        String all = run.out()
                + run.err()
                + Files.readString(results().resolve("summary.json"))
                + Files.readString(results().resolve("latency.hlog"));
        assertFalse(all.contains("eyJ") || all.contains("sgk_"), all);
    }
}
