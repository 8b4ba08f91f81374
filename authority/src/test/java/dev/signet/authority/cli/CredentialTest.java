package dev.signet.authority.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The credential is looked at before anything is sent. */
final class CredentialTest {
    private final Cli cli = new Cli(new FakeTokens());

    @AfterEach
    void close() {
        cli.close();
    }

    @Test
    void missing() {
        assertEquals("signet: no credential: set ASTRO_API_TOKEN\n", refused(""));
        cli.environment.put("ASTRONOMER_KEY_ID", "key_1");
        assertEquals(
                "signet: ASTRONOMER_KEY_ID and ASTRONOMER_KEY_SECRET are not supported yet: set ASTRO_API_TOKEN\n",
                refused(""));
    }

    @Test
    void malformed() {
        for (String text : List.of(
                "secret",
                "secret.secret",
                "a.b.c.d",
                "!.e30.AAAA",
                "e30.e30.",
                "e30.e30.*",
                "W10.e30.AAAA",
                "e30.WzFd.AAAA",
                "e30.c2VjcmV0.AAAA",
                Cli.token("{\"exp\":\"soon\"}"),
                Cli.token("{\"exp\":{}}"),
                Cli.token("{\"exp\":1e400}"))) {
            String message = refused(text);
            assertTrue(message.startsWith("signet: ASTRO_API_TOKEN is malformed: "), text + ": " + message);
            assertFalse(message.contains("secret"), message);
        }
    }

    @Test
    void expired() {
        assertEquals(
                "signet: ASTRO_API_TOKEN expired at 2026-11-22T12:00:00Z\n",
                refused(Cli.token("{\"exp\":" + Cli.NOW.getEpochSecond() + "}")));
    }

    @Test
    void goodOnesAreSent() {
        for (String payload : List.of("{}", "{\"exp\":" + (Cli.NOW.getEpochSecond() + 1) + "}")) {
            cli.environment.put("ASTRO_API_TOKEN", Cli.token(payload) + "\n");
            Cli.Run run = cli.run("whoami");
            assertEquals(0, run.exitCode(), run.err());
            assertEquals("", run.err());
        }
        assertEquals("Bearer " + Cli.token("{}"), cli.authorizations.get(0));
    }

    @Test
    void anIgnoredOneIsMentioned() {
        cli.environment.put("ASTRONOMER_KEY_ID", "key_1");
        assertEquals(
                "signet: ASTRONOMER_KEY_ID is ignored, ASTRO_API_TOKEN is used\n",
                cli.run("whoami").err());
    }

    private String refused(String token) {
        cli.environment.put("ASTRO_API_TOKEN", token);
        Cli.Run run = cli.run("whoami");
        assertEquals(1, run.exitCode());
        assertEquals("", run.out());
        assertEquals(List.of(), cli.authorizations);
        return run.err();
    }
}
