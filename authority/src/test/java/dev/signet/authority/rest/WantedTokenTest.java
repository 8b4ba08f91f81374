package dev.signet.authority.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.rest.RestClient.Answer;
import dev.signet.verifier.token.ResourcePath;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a token may be wanted to be, and what is said of anything else. */
final class WantedTokenTest {
    @TempDir
    private static Path data;

    private static RestHouse house;

    @BeforeAll
    static void open() {
        house = new RestHouse(data);
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private static Answer deploymentToken(String more) {
        return house.post(
                "/tokens",
                "{'name': 'deploys', 'scope': 'DEPLOYMENT', 'entityId': '%s'%s}"
                        .formatted(house.deployment.id(), more));
    }

    @Test
    void withoutAPeriodItNeverExpires() {
        Answer token = deploymentToken(", 'tokenExpiryPeriodInDays': null, 'role': null, 'dagRoles': []")
                .ok();
        assertFalse(token.object().has("endAt"));
        assertFalse(token.object().has("expiryPeriodInDays"));
        assertFalse(token.object().has("lastUsedAt"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'scope': 'ORGANIZATION', 'role': 'ORGANIZATION_MEMBER'} | 400 name REQUIRED",
                "{'name': '', 'scope': 'ORGANIZATION', 'role': 'ORGANIZATION_MEMBER'} | 400 name INVALID",
                "{'name': 7, 'scope': 'ORGANIZATION', 'role': 'ORGANIZATION_MEMBER'} | 400 name INVALID",
                "{'name': 'a\\u0000', 'scope': 'ORGANIZATION', 'role': 'ORGANIZATION_MEMBER'} | 400 name INVALID",
                "{'name': '\\ud800', 'scope': 'ORGANIZATION', 'role': 'ORGANIZATION_MEMBER'} | 400 body INVALID",
                "{'name': 'a', 'role': 'ORGANIZATION_MEMBER'} | 400 scope REQUIRED",
                "{'name': 'a', 'scope': 'PLANET', 'role': 'ORGANIZATION_MEMBER'} | 400 scope INVALID",
                "{'name': 'a', 'type': 'PLANET', 'role': 'ORGANIZATION_MEMBER'} | 400 type INVALID",
                "{'name': 'a', 'type': 'WORKSPACE', 'scope': 'ORGANIZATION', 'role': 'x'} | 400 type INVALID",
                "{'name': 'a', 'scope': 'ORGANIZATION'} | 400 role REQUIRED",
                "{'name': 'a', 'scope': 'ORGANIZATION', 'role': 'WORKSPACE_OWNER'} | 400 role INVALID",
                "{'name': 'a', 'scope': 'ORGANIZATION', 'role': 'nonsense'} | 400 role INVALID",
                "{'name': 'a', 'scope': 'ORGANIZATION', 'role': 'a\\u0000'} | 400 role INVALID",
                "{'name': 'a', 'scope': 'WORKSPACE', 'role': 'WORKSPACE_OWNER'} | 400 entityId REQUIRED",
                "{'name': 'a', 'scope': 'WORKSPACE', 'role': 'WORKSPACE_OWNER', 'entityId': 'w'} | 400 entityId INVALID",
                "{'name': 'a', 'scope': 'ORGANIZATION', 'role': 'x', 'entityId': 'wsp_1'} | 400 entityId INVALID",
                "{'name': 'a', 'scope': 'ORGANIZATION', 'role': 'ORGANIZATION_MEMBER', 'tokenExpiryPeriodInDays': 0}"
                        + " | 400 tokenExpiryPeriodInDays INVALID",
                "{'name': 'a', 'scope': 'ORGANIZATION', 'role': 'ORGANIZATION_MEMBER', 'tokenExpiryPeriodInDays': 3651}"
                        + " | 400 tokenExpiryPeriodInDays INVALID",
                "{'name': 'a', 'scope': 'ORGANIZATION', 'role': 'ORGANIZATION_MEMBER', 'tokenExpiryPeriodInDays': 1.5}"
                        + " | 400 tokenExpiryPeriodInDays INVALID",
                "{'name': 'a', 'scope': 'ORGANIZATION', 'role': 'ORGANIZATION_MEMBER', 'tokenExpiryPeriodInDays': '7'}"
                        + " | 400 tokenExpiryPeriodInDays INVALID",
                "{'name': 'a', 'scope': 'ORGANIZATION', 'role': 'ORGANIZATION_MEMBER', 'kind': 'DIRECT_ACCESS'}"
                        + " | 400 kind INVALID",
                "{'name': 'a', 'scope': 'ORGANIZATION', 'role': 'ORGANIZATION_MEMBER', 'dagRoles': [{}]}"
                        + " | 400 dagRoles UNKNOWN",
            })
    void whatIsWrongIsNamedAsItWasSent(String body, String error) {
        Answer refused = house.post("/tokens", body);
        assertEquals(error, refused.error());
        String field = error.split(" ", -1)[1];
        assertTrue(refused.text("message").startsWith(field + " "), refused.text("message"));
        assertFalse(refused.text("message").contains("token."), refused.text("message"));
    }

    @Test
    void textThatIsTooLongIsRefused() {
        assertEquals(
                "400 description INVALID",
                deploymentToken(", 'description': '" + "x".repeat(501) + "'").error());
    }

    @Test
    void aTokenBelongsToSomethingThatIsThere() {
        ResourcePath gone = house.authority.workspace(house.owner, house.organization);
        house.authority.directory().delete(house.owner, gone);
        assertEquals(
                "404",
                house.post(
                                "/tokens",
                                "{'name': 'a', 'scope': 'WORKSPACE', 'role': 'WORKSPACE_OWNER', 'entityId': '%s'}"
                                        .formatted(gone.id()))
                        .error());
    }

    @ParameterizedTest
    @CsvSource({"/tokens/nonsense", "/tokens/tok_00000000000000000000000000", "/tokens/tok_%C3%A9", "/tokens/a%20b"})
    void whatIsNoIdNamesNothing(String path) {
        assertEquals("404", house.get(path).error());
        assertEquals("404", house.post(path, "{'name': 'x'}").error());
        assertEquals("404", house.post(path + "/rotate", "").error());
        assertEquals("404", house.delete(path).error());
    }
}
