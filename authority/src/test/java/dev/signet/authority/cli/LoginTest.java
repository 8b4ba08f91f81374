package dev.signet.authority.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The login that is kept between two commands. */
final class LoginTest {
    private static final String TOKEN =
            Cli.token("{\"org\":\"org_1\",\"exp\":" + (Cli.NOW.getEpochSecond() + 60) + "}");

    private final Cli cli = new Cli(new FakeTokens());

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void home() {
        file = folder.resolve(".signet/login");
        cli.environment.put("HOME", folder.toString());
        cli.environment.remove("ASTRO_API_TOKEN");
    }

    @AfterEach
    void close() {
        cli.close();
    }

    @Test
    void isKeptAndUsedUntilLogout() throws IOException {
        Cli.Run run = login(TOKEN);
        assertEquals(new Cli.Run(0, "", "Logged in at 127.0.0.1:8470 as plt_1; expires: never.\n"), run);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())));
        assertEquals(0, cli.run("whoami").exitCode());
        assertEquals(List.of("Bearer " + TOKEN, "Bearer " + TOKEN), cli.authorizations);
        assertEquals("Logged out.\n", cli.run("logout").err());
        assertFalse(Files.exists(file));
        assertEquals("There was no login.\n", cli.run("logout").err());
        assertEquals(1, cli.run("whoami").exitCode());
    }

    private Cli.Run login(String token) {
        cli.input = token + "\n";
        return cli.run("login", "--token-login", "-");
    }

    /** Every user of the machine sees those; but pipelines of others give it so. */
    @Test
    void isToldOfAsAnArgument() {
        Cli.Run run = cli.run("login", "--token-login", TOKEN);
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.err().contains("--token-login -") && !run.err().contains(TOKEN), run.err());
        assertTrue(Files.exists(file));
    }

    @Test
    void isReadFromInputOrPasted() {
        cli.environment.put("SIGNET_HOME", folder.resolve("elsewhere").toString());
        cli.input = TOKEN + "\n";
        assertEquals(0, cli.run("login", "-t", "-").exitCode());
        assertTrue(Files.exists(folder.resolve("elsewhere/login")));
        assertEquals(2, cli.run("login").exitCode());
        cli.terminal = true;
        Cli.Run pasted = cli.run("login");
        assertEquals(0, pasted.exitCode());
        assertFalse(pasted.err().contains(TOKEN));
        cli.input = "\n";
        assertEquals(1, cli.run("login").exitCode());
    }

    @Test
    void isCheckedBeforeItIsKept() {
        assertEquals(1, login("secret").exitCode());
        assertEquals(List.of(), cli.authorizations);
        cli.close();
        assertEquals(1, login(TOKEN).exitCode());
        assertFalse(Files.exists(file));
    }

    @Test
    void isSentNowhereElse() {
        login(TOKEN);
        cli.environment.put("SIGNET_ADDRESS", "127.0.0.1:9999");
        Cli.Run run = cli.run("whoami");
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("the stored login is for 127.0.0.1:8470"), run.err());
        assertEquals(1, cli.authorizations.size());
    }

    @Test
    void isToldWhereItIsIgnoredOrNoGood() throws IOException {
        login(TOKEN);
        cli.environment.put("ASTRO_API_TOKEN", Cli.token("{}"));
        assertEquals(
                "signet: the stored login is ignored, ASTRO_API_TOKEN is used\n",
                cli.run("whoami").err());
        cli.environment.remove("ASTRO_API_TOKEN");
        new Login(Endpoint.parse("address", "127.0.0.1:8470"), Cli.token("{\"exp\":1}")).write(file);
        assertEquals(
                "signet: the stored login expired at 1970-01-01T00:00:01Z\n",
                cli.run("whoami").err());
        for (String text : List.of("", "[]", "{}", "x", "{\"address\":\"x\",\"token\":\"y\"}")) {
            Files.writeString(file, text);
            Cli.Run run = cli.run("whoami");
            assertTrue(run.err().startsWith("signet: the stored login is malformed"), run.err());
            assertEquals(1, run.exitCode());
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertTrue(cli.run("whoami").err().contains("chmod 600"));
    }
}
