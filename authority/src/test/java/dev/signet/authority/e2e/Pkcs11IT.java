package dev.signet.authority.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.SignedJWT;
import dev.signet.authority.SoftHsm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The processes as they are built, with signing keys in a token of SoftHSM2. */
final class Pkcs11IT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TOKEN = "signet e2e";

    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    @TempDir
    private static Path folder;

    private static Path data;
    private static Path library;
    private static Path pinFile;
    private static Map<String, String> hsm;

    @BeforeAll
    static void makeAToken() throws IOException {
        library = SoftHsm.library();
        Path configuration = folder.resolve("softhsm").resolve("softhsm2.conf");
        SoftHsm.initialize(configuration, List.of(TOKEN));
        hsm = Map.of("SOFTHSM2_CONF", configuration.toString());
        data = folder.resolve("data");
        pinFile = Files.createFile(
                folder.resolve("pin"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(pinFile, SoftHsm.PIN + "\n");
    }

    private static Map<String, String> environment(String... more) {
        Map<String, String> environment = new HashMap<>(hsm);
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return environment;
    }

    @Test
    void theKeyStaysInTheHsmAndServesAfterARestart() throws Exception {
        String before;
        String[] flags = {
            "--pkcs11-library", library.toString(), "--pkcs11-token", TOKEN, "--pkcs11-pin-file", pinFile.toString()
        };
        try (Cluster cluster = new Cluster(PROCESSES, folder, hsm, flags)) {
            cluster.startAuthority();
            cluster.startSidecar();
            cluster.awaitSidecar();
            before = createToken(cluster);
            awaitAccepted(cluster, before);
            assertSaysNothing(cluster);
            assertEnded(cluster.sidecar());
            assertEnded(cluster.authority());
        }
        assertFalse(dump().contains(SoftHsm.PIN));
        assertOnlyReferencesAreStored();

        // The same by the environment.
        Map<String, String> variables = environment(
                "SIGNET_PKCS11_LIBRARY",
                library.toString(),
                "SIGNET_PKCS11_TOKEN",
                TOKEN,
                "SIGNET_PKCS11_PIN",
                SoftHsm.PIN);
        try (Cluster cluster = new Cluster(PROCESSES, folder, variables)) {
            cluster.startAuthority();
            cluster.startSidecar();
            cluster.awaitSidecar();
            String after = createToken(cluster);
            assertNotEquals(before, after);
            assertEquals(keyId(before), keyId(after));
            awaitAccepted(cluster, before);
            awaitAccepted(cluster, after);
            assertSaysNothing(cluster);
            cluster.authority().terminate();
        }

        refusals();
        assertOnlyReferencesAreStored();
    }

    /** Java ends the process's standard input together with the signal: whichever it notices first tells the exit code. */
    private static void assertEnded(Running process) {
        int exitCode = process.terminate();
        assertTrue(exitCode == 0 || exitCode == 143, () -> process.name() + " ended with " + exitCode);
    }

    /** Each names what to change, and changes nothing. */
    private static void refusals() throws IOException {
        String dump = dump();
        String[] right = {
            "SIGNET_PKCS11_LIBRARY",
            library.toString(),
            "SIGNET_PKCS11_TOKEN",
            TOKEN,
            "SIGNET_PKCS11_PIN_FILE",
            pinFile.toString()
        };
        assertRefused(1, "SIGNET_PKCS11_LIBRARY", hsm);
        assertRefused(2, "SIGNET_PKCS11_TOKEN", environment(right[0], right[1], right[4], right[5]));
        assertRefused(2, "SIGNET_PKCS11_PIN", environment(right[0], right[1], right[2], right[3]));
        assertRefused(2, "SIGNET_PKCS11_LIBRARY", environment(right[2], right[3], right[4], right[5]));
        Map<String, String> wrong = environment(right);
        wrong.put("SIGNET_PKCS11_LIBRARY", folder + "/missing.so");
        assertRefused(1, "SIGNET_PKCS11_LIBRARY", wrong);
        wrong = environment(right);
        wrong.put("SIGNET_PKCS11_TOKEN", "no such token");
        assertRefused(1, "SIGNET_PKCS11_TOKEN", wrong);
        wrong = environment(right);
        wrong.put("SIGNET_PKCS11_PIN", SoftHsm.WRONG_PIN);
        assertRefused(1, "SIGNET_PKCS11_PIN", wrong);
        wrong = environment(right);
        wrong.put("SIGNET_SIGNING_ALGORITHM", "EdDSA");
        assertRefused(1, "SIGNET_SIGNING_ALGORITHM", wrong);
        Files.setPosixFilePermissions(pinFile, PosixFilePermissions.fromString("rw-r--r--"));
        assertRefused(1, "SIGNET_PKCS11_PIN_FILE", environment(right));
        Files.setPosixFilePermissions(pinFile, PosixFilePermissions.fromString("rw-------"));
        assertEquals(dump, dump());
    }

    private static void assertRefused(int exitCode, String says, Map<String, String> environment) {
        Processes.Run run = Processes.run(environment, "serve", "--data", data.toString(), "--listen", "127.0.0.1:0");
        assertEquals(exitCode, run.exitCode(), run::toString);
        List<String> lines = run.err().lines().toList();
        String last = lines.get(lines.size() - 1);
        assertTrue(last.startsWith("signet: ") && last.contains(says), run.err());
        assertFalse(run.err().contains(SoftHsm.PIN) || run.err().contains(SoftHsm.WRONG_PIN), "a PIN was said");
        assertFalse(run.err().contains("\tat "), run.err());
    }

    private static String createToken(Cluster cluster) {
        Cluster.Tenant tenant = cluster.newTenant("HSM");
        String value = Processes.run(
                        Map.of(
                                "SIGNET_ADDRESS",
                                "127.0.0.1:" + cluster.authorityPort(),
                                "ASTRO_API_TOKEN",
                                tenant.owner(),
                                "SIGNET_DEPLOYMENT",
                                tenant.deployment()),
                        "deployment",
                        "token",
                        "create",
                        "--name",
                        "ci",
                        "--expiration",
                        "90",
                        "--clean-output")
                .value();
        assertEquals(3, value.split("\\.", -1).length);
        return value;
    }

    private static void awaitAccepted(Cluster cluster, String token) {
        Await.until("accepted", PATIENCE, () -> cluster.verdict(token).equals(Verifier.ACCEPTED));
    }

    private static String keyId(String token) throws ParseException {
        return SignedJWT.parse(token).getHeader().getKeyID();
    }

    /** Neither what it prints nor how it was called. */
    private static void assertSaysNothing(Cluster cluster) throws IOException {
        String said = cluster.authority().text() + cluster.sidecar().text();
        assertTrue(said.contains(" INFO "), "the log is looked at");
        assertFalse(said.contains(SoftHsm.PIN), "the log has the PIN");
        // Read whole: ProcessHandle tells no more of a command line than fits a page, and a long class path fills that.
        Path commandLine =
                Path.of("/proc", String.valueOf(cluster.authority().process().pid()), "cmdline");
        String called = Files.readString(commandLine, ISO_8859_1).replace('\0', ' ');
        assertTrue(called.contains("serve"), called);
        assertFalse(called.contains(SoftHsm.PIN), "the list of processes has the PIN");
    }

    /** Of every key only where it is; of the PIN nothing, in any file. */
    private static void assertOnlyReferencesAreStored() throws IOException {
        List<String> secrets = new ArrayList<>(query("SELECT sealed_private_key FROM signing_key"));
        secrets.addAll(query("SELECT sealed_private_key FROM feed_key"));
        assertEquals(3, secrets.size());
        for (String secret : secrets) {
            assertTrue(secret.matches("pkcs11:id=[\\w-]{43};type=private"), secret);
        }
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertFalse(Files.readString(file, ISO_8859_1).contains(SoftHsm.PIN), file.toString());
            }
        }
    }

    private static String dump() {
        return String.join("\n", query("SCRIPT"));
    }

    /** The first column of what the store answers, while no process has it. */
    private static List<String> query(String sql) {
        List<String> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + data.resolve("ledger"), "sa", "");
                Statement statement = connection.createStatement();
                ResultSet results = statement.executeQuery(sql)) {
            while (results.next()) {
                rows.add(results.getString(1));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return rows;
    }
}
