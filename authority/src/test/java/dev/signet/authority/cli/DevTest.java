package dev.signet.authority.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

final class DevTest {
    @TempDir
    private Path folder;

    @Test
    void theEnvironmentIsSourcedAsWritten() throws IOException, InterruptedException {
        Path file = folder.resolve("new/dev.env");
        EnvironmentFile.write(file, Map.of("A", "old"));
        EnvironmentFile.write(file, Map.of("A", "it's $HOME; `x`"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        Process shell = new ProcessBuilder("sh", "-c", ". '" + file + "'; printf %s \"$A\"").start();
        assertEquals("it's $HOME; `x`", new String(shell.getInputStream().readAllBytes(), UTF_8));
        assertEquals(0, shell.waitFor());
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void childrenAreToldWhereByFlags() {
        DevPlan plan = plan("--maximum-staleness", "2m");
        assertNotEquals(0, plan.authority().port());
        assertEquals(
                List.of(
                        "serve",
                        "--data",
                        folder.toString(),
                        "--listen",
                        plan.authority().toString(),
                        "--http-listen",
                        String.valueOf(plan.http()),
                        "--maximum-staleness",
                        "120s"),
                plan.serveArguments());
        assertTrue(plan.sidecarArguments()
                .containsAll(List.of(
                        "--http-listen",
                        plan.sidecarHttp().toString(),
                        "--all-organizations",
                        "--data",
                        folder + "/sidecar",
                        folder + "/sidecar/verifier.sock")));
        assertEquals(folder.resolve("dev.env"), plan.envFile());
        assertTrue(plan("--http-listen", "off").serveArguments().containsAll(List.of("--http-listen", "off")));
    }

    @Test
    void childrenGetNobodyElsesCredential() {
        DevPlan plan = plan();
        Map<String, String> serve = plan.serveEnvironment(Map.of("SIGNET_RATE_LIMIT_READS", "7"));
        assertEquals("", serve.get("ASTRO_API_TOKEN"));
        assertEquals("", serve.get("SIGNET_ORGANIZATION"));
        // A database that somebody relies on is not for trying things out.
        assertEquals("", serve.get("SIGNET_DATABASE_URL"));
        assertEquals("", serve.get("SIGNET_DATABASE_PASSWORD_FILE"));
        // What is tried out is measured too, unless somebody wants to meet the limits.
        assertEquals("off", serve.get("SIGNET_RATE_LIMIT_CHANGES"));
        assertNull(serve.get("SIGNET_RATE_LIMIT_READS"));
        // It is reached in plaintext on loopback, by its sidecar too.
        assertEquals("", serve.get("SIGNET_TLS_CERTIFICATE"));
        assertEquals("", serve.get("SIGNET_TLS_KEY"));
        // Left as it is.
        assertNull(serve.get("SIGNET_MASTER_KEY"));
        assertNull(serve.get("SIGNET_ISSUER"));
        Map<String, String> sidecar = plan.sidecarEnvironment("platform");
        assertEquals("platform", sidecar.get("ASTRO_API_TOKEN"));
        assertEquals("", sidecar.get("SIGNET_MASTER_KEY"));
        assertEquals("", sidecar.get("SIGNET_SIDECAR_ORGANIZATIONS"));
        assertEquals("", sidecar.get("SIGNET_FEED_KEY"));
        assertEquals("", sidecar.get("SIGNET_CA_CERTIFICATE"));
        assertEquals("", sidecar.get("SIGNET_SIDECAR_TLS_CERTIFICATE"));
        assertEquals("", sidecar.get("ASTRONOMER_KEY_ID"));
        assertFalse(sidecar.containsKey("SIGNET_ISSUER"));
    }

    @Test
    void whatToSource() {
        DevPlan plan = plan();
        Demo demo = new Demo(
                "organizations/org_1",
                "organizations/org_1/workspaces/wsp_1",
                "organizations/org_1/workspaces/wsp_1/deployments/dep_1",
                "secret");
        assertEquals(
                Map.of(
                        "SIGNET_ADDRESS", plan.authority().toString(),
                        "SIGNET_VERIFIER", plan.sidecar().toString(),
                        "ASTRO_API_TOKEN", "secret",
                        "SIGNET_ORGANIZATION", "org_1",
                        "SIGNET_WORKSPACE", "wsp_1",
                        "SIGNET_DEPLOYMENT", "dep_1"),
                plan.exports(demo));
        assertFalse(demo.toString().contains("secret"));
    }

    @Test
    void aPortInUseIsFoundOutBefore() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Cli cli = new Cli()) {
            Cli.Run run = cli.run("dev", "--data", folder.toString(), "--listen", "127.0.0.1:" + taken.getLocalPort());
            assertEquals(1, run.exitCode());
            assertTrue(run.err().contains("--listen, SIGNET_LISTEN"), run.err());
        }
    }

    @Test
    void aPathTooLongForASocketIsLeftOut() {
        DevPlan plan = DevPlan.of(settings(folder.resolve("x".repeat(120)).toString()));
        assertNull(plan.socket());
        assertFalse(plan.sidecarArguments().contains("--socket"));
    }

    private DevPlan plan(String... more) {
        return DevPlan.of(settings(folder.toString(), more));
    }

    private static Settings settings(String data, String... more) {
        SettingOptions options = new SettingOptions(SettingTable.DEV);
        String[] arguments = Stream.concat(
                        Stream.of(
                                "--data",
                                data,
                                "--listen",
                                "127.0.0.1:0",
                                "--sidecar-listen",
                                "127.0.0.1:0",
                                "--sidecar-http-listen",
                                "127.0.0.1:0"),
                        Stream.of(more))
                .toArray(String[]::new);
        options.addTo(new CommandLine(CommandSpec.create())).parseArgs(arguments);
        return options.read(Map.of("SIGNET_HTTP_LISTEN", "127.0.0.1:0"));
    }
}
