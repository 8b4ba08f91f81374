package dev.signet.authority.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every verb is there, under all its names. */
final class CommandLineTest {
    private final Cli cli = new Cli();

    @AfterEach
    void close() {
        cli.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dev",
                "serve",
                "sidecar",
                "token verify",
                "to inspect",
                "login",
                "logout",
                "auth token",
                "whoami",
                "status",
                "version",
                "config check",
                "config check serve",
                "config check sidecar",
                "platform-token reset",
                "signing-key list",
                "signing-key rotate",
                "signing-key revoke",
                "signing-key rekey",
                "verifier list",
                "organization revoke-all",
                "load",
                "completion",
                "warm-up"
            })
    void single(String verb) {
        cli.assertHelp(verb);
    }

    @Test
    void nouns() {
        for (String noun : "organization org workspace wo deployment de".split(" ", -1)) {
            for (String verb : "create cr list ls get update up delete de".split(" ", -1)) {
                cli.assertHelp(noun + " " + verb);
            }
            for (String token : "token to".split(" ", -1)) {
                for (String verb : "list ls get create cr update up rotate ro delete de".split(" ", -1)) {
                    cli.assertHelp(noun + " " + token + " " + verb);
                }
            }
        }
    }

    @Test
    void whatOnlySomeNounsHave() {
        for (String attached :
                List.of("wo to organization-token", "de to organization-token", "de to workspace-token")) {
            for (String verb : "add update up remove list ls".split(" ", -1)) {
                cli.assertHelp(attached + " " + verb);
            }
        }
        for (String verb : List.of(
                "wo to add",
                "org to roles",
                "wo to roles",
                "de to roles",
                "de api-key list",
                "de api-key create",
                "de api-key update",
                "de api-key delete",
                "org role list",
                "org role create",
                "org role update",
                "org role delete",
                "org user list",
                "org user invite",
                "org user update",
                "org user remove",
                "org user token create",
                "wo user list",
                "wo user invite",
                "wo user update",
                "wo user remove",
                "org audit-logs export",
                "org al e",
                "org audit-logs verify")) {
            cli.assertHelp(verb);
        }
        assertEquals(2, cli.run("de", "user", "list").exitCode());
        assertEquals(2, cli.run("org", "to", "organization-token", "list").exitCode());
    }

    @Test
    void wrongUsage() {
        assertEquals(2, cli.run().exitCode());
        assertEquals(2, cli.run("workspace").exitCode());
        assertEquals(2, cli.run("bogus").exitCode());
        assertEquals(2, cli.run("whoami", "--bogus").exitCode());
        assertEquals(2, cli.run("org", "create", "-n", "x", "-d", "y").exitCode());
        assertEquals("", cli.run("bogus").out());
    }

    @Test
    void aTokenTypedInTheWrongPlaceIsNotRepeated() {
        String token = Cli.token("{}");
        assertFalse(cli.run("whoami", token).err().contains(token));
    }

    @Test
    void completionKnowsTheVerbs() {
        Cli.Run run = cli.run("completion");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains("rotate") && run.out().contains("picocli_signet_load"));
        assertFalse(run.out().contains("picocli_signet_warmup"));
    }

    /** What could take a secret takes the name of a file, what is no secret, or {@code -}. */
    @Test
    void noFlagTakesASecret() {
        Set<String> flags = Pattern.compile("--[a-z0-9-]+")
                .matcher(cli.run("completion").out())
                .results()
                .map(MatchResult::group)
                .filter(flag -> flag.matches(".*(token|secret|password|pin|key|credential).*"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(
                new TreeSet<>(Set.of(
                        "--cached-tokens",
                        "--client-key",
                        "--database-password-file",
                        "--feed-key",
                        "--key-rotation-period",
                        "--master-key-file",
                        "--org-token-name",
                        "--pkcs11-pin-file",
                        "--pkcs11-token",
                        "--tls-key",
                        "--token-login",
                        "--tokens",
                        "--watch-streams-per-credential",
                        "--workspace-token-name")),
                flags);
    }

    @Test
    void version() {
        assertTrue(cli.run("version").out().startsWith("signet "));
        assertTrue(cli.run("version", "-o", "json").out().contains("\"java\""));
    }
}
