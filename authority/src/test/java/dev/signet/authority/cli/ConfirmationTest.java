package dev.signet.authority.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.signet.v1.DeleteTokenResponse;
import dev.signet.v1.Grant;
import dev.signet.v1.Propagation;
import dev.signet.v1.Scope;
import dev.signet.v1.UpdateTokenResponse;
import io.grpc.BindableService;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the verbs say of verifiers that must learn of a change, and how they are told to wait for them. */
final class ConfirmationTest {
    static final String LINE =
            "Certain at every verifier by 2026-11-22T12:01:00Z (in 60 s); 2 verifiers confirmed, 0 pending.\n";
    private static final String PROPAGATION = """
            {"revision":9007199254740993,"confirmed":2,"pending":0,"certainBy":"2026-11-22T12:00:59.500Z",\
            "certainIn":"59.500s","audiences":[],"pendingVerifiers":[]}""";

    private final FakeTokens tokens = new FakeTokens()
            .with("tok_1", "ci", Scope.SCOPE_WORKSPACE, FakeTokens.WORKSPACE)
            .with("tok_4", "all", Scope.SCOPE_ORGANIZATION, FakeTokens.ORGANIZATION);
    private final FakeDirectory directory = new FakeDirectory();
    private final FakeOrganization organization = new FakeOrganization();
    private Cli cli;

    @BeforeEach
    void open() {
        List<BindableService> services = new ArrayList<>(List.of(organization.services()));
        services.add(tokens);
        services.add(directory);
        cli = new Cli(services.toArray(BindableService[]::new));
        cli.environment.put("SIGNET_WORKSPACE", "wsp_1");
        cli.environment.put("SIGNET_DEPLOYMENT", "dep_1");
    }

    @AfterEach
    void close() {
        cli.close();
    }

    private Cli.Run run(String command, String... more) {
        List<String> arguments = new ArrayList<>(Arrays.asList(command.split(" ", -1)));
        arguments.addAll(List.of(more));
        Cli.Run run = cli.run(arguments.toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.err());
        return run;
    }

    /** Seconds for which the authority was asked to wait; null where nothing was said. */
    private Long asked() {
        List<Object> requests = new ArrayList<>(tokens.requests);
        requests.addAll(directory.requests);
        requests.addAll(organization.requests);
        List<Message> changes = requests.stream()
                .map(Message.class::cast)
                .filter(request -> request.getDescriptorForType().findFieldByName("wait") != null)
                .toList();
        assertEquals(1, changes.size(), changes::toString);
        Message request = changes.get(0);
        var wait = request.getDescriptorForType().findFieldByName("wait");
        return request.hasField(wait) ? ((Duration) request.getField(wait)).getSeconds() : null;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "workspace token delete tok_1 --force",
                "workspace token rotate tok_1 --force",
                "workspace token update tok_1 --role WORKSPACE_OWNER",
                "workspace token organization-token add tok_4 --role WORKSPACE_OWNER",
                "workspace token add tok_4 --role WORKSPACE_OWNER",
                "deployment api-key delete key_1 --force",
                "organization delete org_1 --force",
                "workspace delete wsp_1 --force",
                "deployment delete dep_1 --force",
                "organization user update usr_1 --role ORGANIZATION_OWNER",
                "organization user remove usr_1 --force",
                "workspace user remove usr_1 --force",
                "organization role create --name auditor --permission deployment.get",
                "organization role update rol_1 --permission deployment.get",
                "organization role delete rol_1 --force",
            })
    void changesSayHowFarTheyAre(String command) {
        Cli.Run run = run(command);
        assertTrue(run.err().endsWith(LINE), run.err());
        assertEquals(null, asked());
        assertTrue(cli.secondsAllowed <= Peer.DEADLINE_SECONDS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "workspace token delete tok_1 --force",
                "workspace token rotate tok_1 --force",
                "workspace token update tok_1 --description text",
                "workspace token organization-token add tok_4 --role WORKSPACE_OWNER",
                "deployment api-key delete key_1 --force",
                "organization delete org_1 --force",
                "workspace delete wsp_1 --force",
                "deployment delete dep_1 --force",
                "organization user update usr_1 --role ORGANIZATION_OWNER",
                "organization user remove usr_1 --force",
                "workspace user remove usr_1 --force",
                "organization role create --name auditor --permission deployment.get",
                "organization role update rol_1 --permission deployment.get",
                "organization role delete rol_1 --force",
            })
    void changesWaitForAsLongAsItTakes(String command) {
        JsonObject answer = JsonParser.parseString(
                        run(command, "--wait", "-o", "json").out())
                .getAsJsonObject();
        assertEquals(86_400, asked());
        assertTrue(cli.secondsAllowed > 86_000, "the call takes as long as it waits");
        assertEquals(PROPAGATION, answer.get("propagation").toString());
    }

    private void attach(String token) {
        tokens.tokens.compute(
                FakeTokens.ORGANIZATION + "/tokens/" + token,
                (name, before) -> before.toBuilder()
                        .addGrants(Grant.newBuilder().setResource("wsp_1").setRole("WORKSPACE_MEMBER"))
                        .build());
    }

    @Test
    void attachedTokensAreFollowedToo() {
        attach("tok_4");
        String verbs = "workspace token organization-token ";
        assertTrue(run(verbs + "update tok_4 --role WORKSPACE_OWNER").err().endsWith(LINE));
        tokens.requests.clear();
        assertTrue(run(verbs + "remove tok_4 --force --wait").err().endsWith(LINE));
        assertEquals(86_400, asked());
    }

    @Test
    void aDeletionThatOnlyTakesARoleAwayIsFollowedToo() {
        attach("tok_4");
        Cli.Run run = run("workspace token delete tok_4 --force --wait");
        assertTrue(run.err().endsWith(LINE), run.err());
        assertEquals(86_400, asked());
    }

    @Test
    void aValueAloneStaysAlone() {
        assertEquals(
                "",
                run("workspace token rotate tok_1 --force --clean-output --wait")
                        .err());
        assertEquals(86_400, asked());
    }

    private static String told(Message answer) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Shell shell = new Shell(
                Map.of(),
                Clock.fixed(Cli.NOW, ZoneOffset.UTC),
                new BufferedReader(new StringReader("")),
                System.out,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                () -> null);
        new Confirmation().tell(shell, answer);
        return err.toString(StandardCharsets.UTF_8);
    }

    private static Message answer(Propagation.Builder propagation) {
        return DeleteTokenResponse.newBuilder().setPropagation(propagation).build();
    }

    @Test
    void audiencesThatDifferAreToldOneByOne() {
        long now = Cli.NOW.getEpochSecond();
        Propagation.Builder propagation = Propagation.newBuilder()
                .setConfirmed(2)
                .setCertainBy(Timestamp.newBuilder().setSeconds(now + 300))
                .setCertainIn(Duration.newBuilder().setSeconds(300));
        propagation
                .addAudiencesBuilder()
                .setCertainBy(Timestamp.newBuilder().setSeconds(now + 59).setNanos(5))
                .setCertainIn(Duration.newBuilder().setSeconds(59).setNanos(5));
        propagation
                .addAudiencesBuilder()
                .setAudience("batch")
                .setCertainBy(propagation.getCertainBy())
                .setCertainIn(propagation.getCertainIn());
        assertEquals("""
                Certain at every verifier by 2026-11-22T12:05:00Z (in 300 s); 2 verifiers confirmed, 0 pending.
                  Other tokens: by 2026-11-22T12:01:00Z (in 60 s).
                  Tokens for batch: by 2026-11-22T12:05:00Z (in 300 s).
                """, told(answer(propagation)));
    }

    @Test
    void thoseThatArePendingAreNamed() {
        Propagation.Builder propagation = Propagation.newBuilder()
                .setPending(2)
                .setCertainBy(Timestamp.newBuilder().setSeconds(Cli.NOW.getEpochSecond()))
                .addPendingVerifiers("worker-1")
                .addPendingVerifiers("worker-2");
        String line = "Certain at every verifier since 2026-11-22T12:00:00Z; 0 verifiers confirmed, %d pending.\n";
        assertEquals(line.formatted(2) + "  Pending: worker-1, worker-2.\n", told(answer(propagation)));
        propagation.setPending(5);
        assertEquals(line.formatted(5) + "  Pending: worker-1, worker-2 and 3 more.\n", told(answer(propagation)));
    }

    @Test
    void nothingIsPromisedTooEarly() {
        long now = Cli.NOW.getEpochSecond();
        Propagation.Builder propagation = Propagation.newBuilder()
                .setConfirmed(1)
                .setPending(3)
                .setCertainBy(Timestamp.newBuilder().setSeconds(now + 1).setNanos(1))
                .setCertainIn(Duration.newBuilder().setNanos(1));
        assertEquals(
                "Certain at every verifier by 2026-11-22T12:00:02Z (in 1 s); 1 verifier confirmed, 3 pending.\n",
                told(answer(propagation)));
        propagation.getCertainByBuilder().clearNanos();
        assertEquals(
                "Certain at every verifier by 2026-11-22T12:00:01Z (in 1 s); 1 verifier confirmed, 3 pending.\n",
                told(answer(propagation)));
        propagation.setCertainIn(Duration.getDefaultInstance());
        assertEquals(
                "Certain at every verifier since 2026-11-22T12:00:01Z; 1 verifier confirmed, 3 pending.\n",
                told(answer(propagation)));
    }

    @Test
    void whereVerifiersNeedNotKnowNothingIsSaid() {
        String said = told(UpdateTokenResponse.getDefaultInstance());
        assertFalse(said.contains("verifier"), said);
    }
}
