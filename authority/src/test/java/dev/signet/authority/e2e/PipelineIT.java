package dev.signet.authority.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.signet.v1.Grant;
import dev.signet.v1.Token;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline script written for the existing CLI's token commands runs with only the binary's name changed. */
final class PipelineIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** The script runs more than forty commands, each of which starts a virtual machine. */
    private static final Duration SCRIPT_PATIENCE = Duration.ofMinutes(5);

    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    @TempDir
    private Path folder;

    @Test
    void onlyTheNameOfTheBinaryChanges() throws IOException, InterruptedException {
        try (Cluster cluster = new Cluster(PROCESSES, folder)) {
            cluster.startAuthority();
            cluster.startSidecar();
            cluster.awaitSidecar();
            Cluster.Tenant tenant = cluster.newTenant("Pipelines");
            Path secrets = Files.createDirectory(folder.resolve("secrets"));
            Map<String, String> variables = Map.of(
                    "SIGNET_ADDRESS",
                    "127.0.0.1:" + cluster.authorityPort(),
                    "SIGNET_HOME",
                    folder.resolve("home").toString(),
                    "ASTRO_API_TOKEN",
                    tenant.owner(),
                    "WORKSPACE_ID",
                    Client.id(tenant.workspace()),
                    "DEPLOYMENT_ID",
                    Client.id(tenant.deployment()),
                    "SECRETS",
                    secrets.toString());
            // The script finds the custom role there, as it would one that was made in a browser.
            Processes.Run role = Processes.run(
                    variables,
                    "organization",
                    "role",
                    "create",
                    "--name",
                    "Deployer",
                    "--permission",
                    "deployment.get,deployment.deploys.create");
            assertEquals(0, role.exitCode(), role.err());

            Processes.Run run = runScript(variables);
            assertEquals(0, run.exitCode(), () -> run.out() + run.err());
            assertTrue(run.out().endsWith("== Done\n"), run.out());
            assertFalse((run.out() + run.err()).contains("eyJ"), "a value was told where it was not captured");
            try (Client owner = cluster.client(tenant.owner())) {
                for (String scope : List.of("workspace", "deployment", "organization")) {
                    assertRevoked(cluster, owner, Files.readString(secrets.resolve(scope + ".created")));
                    assertRevoked(cluster, owner, Files.readString(secrets.resolve(scope + ".deleted")));
                    String rotated = Files.readString(secrets.resolve(scope + ".rotated"));
                    assertEquals(Verifier.ACCEPTED, cluster.verdict(rotated), scope);
                    assertEquals(
                            "KIND_" + scope.toUpperCase(Locale.ROOT),
                            owner.whoAmI(rotated).getPrincipal().getKind().name());
                }
                assertLeftBehind(owner, tenant);
            }
        }
    }

    private Processes.Run runScript(Map<String, String> variables) throws IOException, InterruptedException {
        String written;
        try (InputStream resource = Objects.requireNonNull(PipelineIT.class.getResourceAsStream("pipeline.sh"))) {
            written = new String(resource.readAllBytes(), UTF_8);
        }
        assertFalse(written.contains("signet"), "the script knows nothing of what is to run it");
        Path script = Files.writeString(folder.resolve("pipeline.sh"), written.replaceAll("\\bastro ", "signet "));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder bash = new ProcessBuilder(
                        "bash", "-c", "umask 077 && exec bash \"$1\"", "bash", script.toString())
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        Map<String, String> environment = bash.environment();
        environment.keySet().removeIf(name -> name.startsWith("SIGNET_") || name.startsWith("ASTRO"));
        environment.merge("PATH", Processes.launcher().getParent().toString(), (old, first) -> first + ":" + old);
        environment.put("SIGNET_BUILD", "never");
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.putAll(variables);
        Process process = bash.start();
        if (!process.waitFor(SCRIPT_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            fail("the script does not end: " + Files.readString(out) + Files.readString(err));
        }
        return new Processes.Run(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private static void assertRevoked(Cluster cluster, Client client, String value) {
        Await.until("revoked", PATIENCE, () -> cluster.verdict(value).equals("REVOKED"), () -> cluster.verdict(value));
        assertEquals(
                Status.Code.UNAUTHENTICATED,
                assertThrows(StatusRuntimeException.class, () -> client.whoAmI(value))
                        .getStatus()
                        .getCode());
    }

    /** What the script renamed, gave another role, attached and detached, as the authority has it now. */
    private static void assertLeftBehind(Client owner, Cluster.Tenant tenant) {
        Map<String, Token> tokens = owner.listTokens(tenant.organization()).stream()
                .collect(Collectors.toMap(Token::getDisplayName, token -> token));
        assertEquals(Set.of("owner", "ci-main", "airflow-main", "reporting"), tokens.keySet());
        Token workspace = tokens.get("ci-main");
        assertEquals("Deploys from the main branch", workspace.getDescription());
        assertEquals(90, workspace.getExpiryPeriodDays());
        assertEquals(Map.of(Client.id(tenant.workspace()), "WORKSPACE_OWNER"), roles(workspace));
        Token deployment = tokens.get("airflow-main");
        String deployer = roles(deployment).get(Client.id(tenant.deployment()));
        assertTrue(deployer.startsWith("rol_"), deployer);
        assertEquals(365, deployment.getExpiryPeriodDays());
        assertEquals(
                Map.of(
                        Client.id(tenant.organization()),
                        "ORGANIZATION_BILLING_ADMIN",
                        Client.id(tenant.deployment()),
                        deployer),
                roles(tokens.get("reporting")));
        assertFalse(tokens.get("reporting").hasExpiryPeriodDays());
    }

    private static Map<String, String> roles(Token token) {
        return token.getGrantsList().stream().collect(Collectors.toMap(Grant::getResource, Grant::getRole));
    }
}
