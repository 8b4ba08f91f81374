package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong is said in one clear line with the right exit code, and gives nothing away. */
final class BadInputIT {
    private static final String UNKNOWN = "00000000000000000000000000";
    private static final String CREDENTIAL = "ASTRO_API_TOKEN";

    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    @TempDir
    private static Path folder;

    private static Dev dev;

    @BeforeAll
    static void start() {
        dev = Dev.start(PROCESSES, folder);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "organization token create -n '' -r ORGANIZATION_MEMBER, 1, token.display_name, INVALID_ARGUMENT",
                "organization token create -n LONG -r ORGANIZATION_MEMBER, 1, token.display_name, INVALID_ARGUMENT",
                "workspace token create -n x -d LONG+LONG -r WORKSPACE_MEMBER, 1, token.description, INVALID_ARGUMENT",
                "organization token create -n x -r ORGANIZATION_KING, 1, ORGANIZATION_KING, role",
                "organization token create -n x -r WORKSPACE_MEMBER, 1, token.grants.role, INVALID_ARGUMENT",
                "deployment token create -n x -r ORGANIZATION_OWNER, 1, token.grants.role, INVALID_ARGUMENT",
                "workspace token create -n x, 2, --role, WORKSPACE_OPERATOR",
                "deployment token create, 2, --name, Give",
                "deployment token create -n x -e 0, 2, --expiration, 3650",
                "deployment token create -n x -e 3651, 2, --expiration, 3650",
                "deployment token create -n x -e -1, 2, --expiration, 3650",
                "deployment token create -n x -e soon, 2, --expiration, soon",
                "deployment token get tok_UNKNOWN, 1, tok_UNKNOWN, NOT_FOUND",
                "deployment token get nobody, 2, tok_, nobody",
                "deployment token get -t nobody, 1, nobody, deployment",
                "deployment token get, 2, id, --name",
                "deployment token update -t x, 2, --new-name, --description",
                "deployment token rotate tok_UNKNOWN, 2, --force, Rotating",
                "deployment token delete tok_UNKNOWN, 2, --force, Deleting",
                "deployment token delete tok_UNKNOWN -f, 1, tok_UNKNOWN, NOT_FOUND",
                "deployment token list --deployment-id dep_UNKNOWN, 1, dep_UNKNOWN, NOT_FOUND",
                "workspace token list --workspace-id wsp_UNKNOWN, 1, wsp_UNKNOWN, NOT_FOUND",
                "workspace token list --workspace-id nowhere, 2, nowhere, wsp_",
                "organization token list --organization-id org_UNKNOWN, 1, org_UNKNOWN, NOT_FOUND",
                "workspace create '', 2, see, --help",
                "workspace delete, 2, workspace, id",
                "deployment token list -o yaml, 2, --output, yaml",
                "token verify, 2, TOKEN, --help",
                "token verify x --permission p, 2, --permission, --resource",
                "token verify x --permission p --resource q, 1, resource, INVALID_ARGUMENT",
                "nonsense, 2, nonsense, --help",
                "token nonsense, 2, nonsense, --help"
            })
    void aCommand(String line, int exitCode, String says, String alsoSays) {
        String[] arguments = line.split(" ", -1);
        for (int index = 0; index < arguments.length; index++) {
            arguments[index] = argument(arguments[index]);
        }
        assertRefused(dev.run(arguments), exitCode, argument(says), alsoSays);
    }

    private static String argument(String text) {
        return text.equals("''") ? "" : text.replace("LONG", "x".repeat(257)).replace("UNKNOWN", UNKNOWN);
    }

    @Test
    void aTokenThatIsNoneIsAVerdictAndNoFailure() {
        Processes.Run run = dev.run("token", "verify", "eyJ.eyJ.x");
        assertEquals(1, run.exitCode());
        assertEquals("", run.err());
        assertTrue(run.out().contains("rejected") && run.out().contains("MALFORMED"), run.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void noCredential(String credential) {
        assertRefused(whoAmI(credential), 1, CREDENTIAL, "no credential");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "eyJ.eyJ.eyJ", "a.b", "eyJhbGciOiJub25lIn0.e30."})
    void aMalformedCredential(String credential) {
        Processes.Run run = whoAmI(credential);
        assertRefused(run, 1, "", "");
        assertTrue(run.err().contains(CREDENTIAL + " is malformed") || run.err().contains("MALFORMED"), run.err());
    }

    @Test
    void anExpiredCredentialIsToldBeforeTheCall() throws Exception {
        Processes.Run run = dev.runWith(CREDENTIAL, forged(Instant.now().minusSeconds(60)), "whoami");
        assertRefused(run, 1, CREDENTIAL, "expired at");
    }

    @Test
    void aCredentialOfAnotherInstallation() throws Exception {
        assertRefused(whoAmI(forged(Instant.now().plusSeconds(3600))), 1, "credential", "UNKNOWN_KEY");
    }

    @Test
    void aCredentialThatWasChanged() {
        String owner = dev.variable(CREDENTIAL);
        String signature = owner.substring(owner.lastIndexOf('.') + 1);
        String changed = owner.substring(0, owner.length() - signature.length())
                + (signature.charAt(0) == 'A' ? 'B' : 'A')
                + signature.substring(1);
        assertRefused(whoAmI(changed), 1, "credential", "BAD_SIGNATURE");
    }

    @Test
    void aCredentialThatIsRevoked() {
        String value =
                dev.run("deployment", "token", "create", "-n", "brief", "-c").value();
        assertEquals(0, whoAmI(value).exitCode());
        assertEquals(
                0, dev.run("deployment", "token", "delete", "-t", "brief", "-f").exitCode());
        assertRefused(whoAmI(value), 1, "credential", "REVOKED");
    }

    @Test
    void anotherTenantsResourcesAreNotThere() throws IOException {
        String platform = Files.readString(folder.resolve("data").resolve("platform-token"))
                .strip();
        String created = dev.runWith(CREDENTIAL, platform, "organization", "create", "--name", "Other", "-o", "json")
                .value();
        String other = created.replaceAll("(?s).*\"(organizations/org_[0-9a-z]+)\".*", "$1");
        assertRefused(dev.run("organization", "get", other), 1, other, "NOT_FOUND");
        assertRefused(
                dev.run(
                        "organization",
                        "token",
                        "create",
                        "-n",
                        "x",
                        "-r",
                        "ORGANIZATION_MEMBER",
                        "--organization-id",
                        other),
                1,
                other,
                "NOT_FOUND");
    }

    @Test
    void aCredentialWithoutThePermission() {
        String member = dev.run("workspace", "token", "create", "-n", "member", "-r", "WORKSPACE_MEMBER", "-c")
                .value();
        assertRefused(
                dev.runWith(CREDENTIAL, member, "deployment", "token", "create", "-n", "x"),
                1,
                "deployment.apiTokens.create",
                "PERMISSION_DENIED");
    }

    @Test
    void serversThatAreNotThere() {
        String nobody = "127.0.0.1:" + Processes.freePort();
        assertRefused(dev.runWith("SIGNET_ADDRESS", nobody, "whoami"), 1, nobody, "UNAVAILABLE");
        assertRefused(dev.runWith("SIGNET_VERIFIER", nobody, "token", "verify", "x"), 1, nobody, "UNAVAILABLE");
        assertRefused(dev.runWith("SIGNET_ADDRESS", "x", "whoami"), 2, "SIGNET_ADDRESS", "");
        assertRefused(dev.runWith("SIGNET_ADDRESS", "192.0.2.1:8470", "whoami"), 2, "SIGNET_ADDRESS", "");
    }

    private static Processes.Run whoAmI(String credential) {
        return dev.runWith(CREDENTIAL, credential, "whoami");
    }

    private static void assertRefused(Processes.Run run, int exitCode, String says, String alsoSays) {
        assertEquals(exitCode, run.exitCode(), run::toString);
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().startsWith("signet: "), run.err());
        assertTrue(run.err().contains(says) && run.err().contains(alsoSays), run.err());
        assertFalse(run.err().contains("eyJ") || run.err().contains("Exception"), run.err());
    }

    /** The owner's token, signed by somebody else. */
    private static String forged(Instant expiry) throws JOSEException, ParseException {
        ECKey key = new ECKeyGenerator(Curve.P_256).keyID("somebody-elses").generate();
        SignedJWT real = SignedJWT.parse(dev.variable(CREDENTIAL));
        SignedJWT forged = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(real.getHeader().getType())
                        .keyID(key.getKeyID())
                        .build(),
                new JWTClaimsSet.Builder(real.getJWTClaimsSet())
                        .expirationTime(Date.from(expiry))
                        .build());
        forged.sign(new ECDSASigner(key));
        return forged.serialize();
    }
}
