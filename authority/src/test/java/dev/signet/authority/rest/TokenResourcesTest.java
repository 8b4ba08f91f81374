package dev.signet.authority.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.signet.authority.FakeClock;
import dev.signet.authority.Verdicts;
import dev.signet.authority.access.Call;
import dev.signet.authority.rest.RestClient.Answer;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.verify.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One API token by REST. */
final class TokenResourcesTest {
    private static final String ORGANIZATION_TOKEN =
            "{'name': 'a token', 'scope': 'ORGANIZATION', 'role': 'ORGANIZATION_MEMBER'}";

    @TempDir
    private Path data;

    private RestHouse house;

    @BeforeEach
    void open() {
        house = new RestHouse(data);
    }

    @AfterEach
    void close() {
        house.close();
    }

    /** A token of the deployment, as it was made. */
    private Answer deploymentToken(String more) {
        return house.post(
                "/tokens",
                "{'name': 'deploys', 'scope': 'DEPLOYMENT', 'entityId': '%s'%s}"
                        .formatted(house.deployment.id(), more));
    }

    private static String path(Answer token) {
        return "/tokens/" + token.text("id");
    }

    private static JsonObject role(Answer token) {
        JsonArray roles = token.array("roles");
        assertEquals(1, roles.size());
        return roles.get(0).getAsJsonObject();
    }

    @Test
    void whatIsMadeIsTold() {
        Answer token = deploymentToken(", 'description': 'of the pipeline', 'tokenExpiryPeriodInDays': 30")
                .ok();
        assertEquals("deploys", token.text("name"));
        assertEquals("of the pipeline", token.text("description"));
        assertEquals("DEPLOYMENT", token.text("scope"));
        assertEquals("DEPLOYMENT", token.text("type"));
        assertEquals("STANDARD", token.text("kind"));
        assertEquals(30, token.object().get("expiryPeriodInDays").getAsInt());
        String start = FakeClock.START.truncatedTo(ChronoUnit.SECONDS).toString();
        assertEquals(start, token.text("startAt"));
        assertEquals(start, token.text("createdAt"));
        assertEquals(
                FakeClock.START
                        .truncatedTo(ChronoUnit.SECONDS)
                        .plus(Duration.ofDays(30))
                        .toString(),
                token.text("endAt"));
        assertEquals("DEPLOYMENT", role(token).get("entityType").getAsString());
        assertEquals(house.deployment.id(), role(token).get("entityId").getAsString());
        assertEquals("DEPLOYMENT_ADMIN", role(token).get("role").getAsString());
        JsonObject creator = token.object().getAsJsonObject("createdBy");
        assertEquals(house.owner.subject(), creator.get("id").getAsString());
        assertEquals("SERVICEKEY", creator.get("subjectType").getAsString());
        assertTrue(Verdicts.may(
                house.authority.verifier(), token.text("token"), "deployment.deploys.create", house.deployment));

        Answer read = house.get(path(token)).ok();
        assertFalse(read.object().has("token"));
        JsonObject expected = token.object().deepCopy();
        expected.remove("token");
        assertEquals(expected, read.object());
        assertEquals("\"1\"", read.header("ETag"));
    }

    /** It is the end of the id, and nothing of the value but that. */
    @Test
    void theShortTokenTellsNothing() {
        Answer token = deploymentToken("").ok();
        String shortToken = token.text("shortToken");
        assertTrue(token.text("id").endsWith(shortToken));
        assertFalse(token.text("token").contains(shortToken));
    }

    @Test
    void nobodyHandsOutMoreThanTheyHold() {
        Call admin = house.holding(house.workspace, "WORKSPACE_OWNER");
        Call member = house.holding(house.organization, "ORGANIZATION_MEMBER");
        assertEquals("403", house.post(member, "/tokens", ORGANIZATION_TOKEN).error());
        assertEquals("403", house.post(admin, "/tokens", ORGANIZATION_TOKEN).error());
        String more = house.post("/roles", "{'name': 'r', 'permissions': ['deployment.apiTokens.create']}")
                .ok()
                .text("id");
        Call clerk = house.holding(house.deployment, more);
        assertEquals(
                "403",
                house.post(
                                clerk,
                                "/tokens",
                                "{'name': 'a', 'type': 'DEPLOYMENT', 'entityId': '%s'}"
                                        .formatted(house.deployment.id()))
                        .error());
        Answer token = deploymentToken("").ok();
        assertEquals("403", house.get(member, path(token)).error());
        assertEquals("403", house.post(member, path(token), "{'name': 'mine'}").error());
        assertEquals("403", house.post(member, path(token) + "/rotate", "").error());
        assertEquals("403", house.delete(member, path(token)).error());
        house.get(admin, path(token)).ok();
    }

    @Test
    void anotherTenantFindsNothing() {
        Answer token = deploymentToken("").ok();
        Call stranger = house.authority.owner(house.authority.organization());
        assertEquals("404", house.get(stranger, path(token)).error());
        assertEquals("404", house.get(stranger, "/tokens").error());
        assertEquals("404", house.post(stranger, "/tokens", ORGANIZATION_TOKEN).error());
        assertEquals(
                "404", house.post(stranger, path(token), "{'name': 'mine'}").error());
        assertEquals("404", house.post(stranger, path(token) + "/rotate", "").error());
        assertEquals("404", house.delete(stranger, path(token)).error());
        assertTrue(Verdicts.isGood(house.authority.verifier(), token.text("token")));
    }

    @Test
    void anUpdateChangesWhatItNames() {
        Answer token = deploymentToken(", 'description': 'first'").ok();
        Answer renamed = house.post(path(token), "{'name': 'other'}").ok();
        assertEquals("other", renamed.text("name"));
        assertEquals("first", renamed.text("description"));
        assertEquals(
                "",
                house.post(path(token), "{'name': 'other', 'description': ''}")
                        .ok()
                        .text("description"));
        assertEquals(
                "400 name REQUIRED",
                house.post(path(token), "{'description': 'x'}").error());
        assertEquals(
                "400 name INVALID", house.post(path(token), "{'name': ' '}").error());
        assertEquals(
                "400 roles UNKNOWN",
                house.post(path(token), "{'name': 'x', 'roles': [{}]}").error());
        assertTrue(Verdicts.isGood(house.authority.verifier(), token.text("token")));
    }

    @Test
    void aChangeCanBeForOneVersionOnly() {
        Answer token = deploymentToken("").ok();
        String etag = token.header("ETag");
        Answer renamed =
                house.post(path(token), "{'name': 'other'}", "If-Match", etag).ok();
        assertNotEquals(etag, renamed.header("ETag"));
        assertEquals(
                "412",
                house.post(path(token), "{'name': 'third'}", "If-Match", etag).error());
        assertEquals(
                "412",
                house.post(path(token) + "/roles", adminRole(house.deployment), "If-Match", etag)
                        .error());
        house.post(path(token), "{'name': 'third'}", "If-Match", "*").ok();
        assertEquals(
                "400 If-Match INVALID",
                house.post(path(token), "{'name': 'x'}", "If-Match", "1").error());
    }

    private static String adminRole(ResourcePath deployment) {
        return "{'roles': [{'entityType': 'DEPLOYMENT', 'entityId': '%s', 'role': 'DEPLOYMENT_ADMIN'}]}"
                .formatted(deployment.id());
    }

    @Test
    void rolesAreReplacedAsAWhole() {
        Answer token = house.post("/tokens", ORGANIZATION_TOKEN).ok();
        String organizationRole = "{'entityType': 'ORGANIZATION', 'entityId': '%s', 'role': 'ORGANIZATION_MEMBER'}"
                .formatted(house.organization.id());
        String workspaceRole = "{'entityType': 'WORKSPACE', 'entityId': '%s', 'role': 'WORKSPACE_MEMBER'}"
                .formatted(house.workspace.id());
        String roles = path(token) + "/roles";
        Answer both = house.post(roles, "{'roles': [" + organizationRole + ", " + workspaceRole + "]}")
                .ok();
        assertEquals("ORGANIZATION_MEMBER", both.text("organizationRole"));
        assertEquals(
                house.workspace.id(),
                both.array("workspaceRoles")
                        .get(0)
                        .getAsJsonObject()
                        .get("workspaceId")
                        .getAsString());
        assertEquals(0, both.array("deploymentRoles").size());
        assertTrue(Verdicts.may(house.authority.verifier(), token.text("token"), "workspace.get", house.workspace));
        Answer one = house.post(roles, "{'roles': [" + organizationRole + "]}").ok();
        assertTrue(one.array("workspaceRoles").isEmpty());
        assertFalse(Verdicts.may(house.authority.verifier(), token.text("token"), "workspace.get", house.workspace));

        assertEquals("400 roles REQUIRED", house.post(roles, "{}").error());
        assertEquals("400 roles INVALID", house.post(roles, "{'roles': []}").error());
        assertEquals("400 roles[0] INVALID", house.post(roles, "{'roles': [7]}").error());
        assertEquals(
                "400 roles INVALID",
                house.post(roles, "{'roles': [" + workspaceRole + "]}").error());
        assertEquals(
                "400 roles INVALID",
                house.post(roles, "{'roles': [" + organizationRole + "," + organizationRole + "]}")
                        .error());
        assertEquals(
                "400 roles[1].entityType INVALID",
                house.post(
                                roles,
                                "{'roles': [" + organizationRole
                                        + ", {'entityType': 'DAG', 'entityId': 'd', 'deploymentId': 'x', 'role': 'r'}]}")
                        .error());
        assertEquals(
                "400 roles[0].entityId INVALID",
                house.post(roles, "{'roles': [" + workspaceRole.replace("WORKSPACE'", "DEPLOYMENT'") + "]}")
                        .error());
        assertEquals(
                "400 roles INVALID",
                house.post(roles, "{'roles': [" + organizationRole.replace("_MEMBER", "_NOBODY") + "]}")
                        .error());
        Call member = house.holding(house.organization, "ORGANIZATION_MEMBER");
        assertEquals(
                "403",
                house.post(member, roles, "{'roles': [" + organizationRole + "]}")
                        .error());
    }

    @Test
    void aRotationEndsTheOldValue() {
        Answer token = deploymentToken(", 'tokenExpiryPeriodInDays': 10").ok();
        house.authority.clock().advance(Duration.ofDays(4));
        Answer rotated = house.post(path(token) + "/rotate", "").ok();
        assertEquals(token.text("id"), rotated.text("id"));
        assertEquals(token.text("name"), rotated.text("name"));
        assertEquals(rotated.text("lastRotatedAt"), rotated.text("startAt"));
        assertNotEquals(token.text("endAt"), rotated.text("endAt"));
        assertEquals(Verdict.Reason.REVOKED, Verdicts.reason(house.authority.verifier(), token.text("token")));
        assertTrue(Verdicts.isGood(house.authority.verifier(), rotated.text("token")));
        assertEquals(
                house.authority.clock().instant().plusSeconds(60).toString().substring(0, 19),
                rotated.header("Signet-Certain-By").substring(0, 19));
        assertEquals(
                "400 grace UNKNOWN",
                house.post(path(token) + "/rotate", "{'grace': 1}").error());
    }

    @Test
    void aDeletionSaysWhenItIsCertainAndHappensOnce() {
        Answer token = deploymentToken("").ok();
        Answer deleted = house.delete(path(token));
        assertEquals(204, deleted.status());
        assertEquals(
                FakeClock.START.plusSeconds(60).toString().substring(0, 19),
                deleted.header("Signet-Certain-By").substring(0, 19));
        assertEquals(Verdict.Reason.REVOKED, Verdicts.reason(house.authority.verifier(), token.text("token")));
        assertEquals("404", house.delete(path(token)).error());
        assertEquals("404", house.get(path(token)).error());
    }

    private static String claims(Answer token) {
        return token.text("token").split("\\.", -1)[1];
    }

    @Test
    void aRetryMakesNothingAgain() {
        Answer first = house.post("/tokens", ORGANIZATION_TOKEN, "Idempotency-Key", "once")
                .ok();
        Answer again = house.post("/tokens", ORGANIZATION_TOKEN, "Idempotency-Key", "once")
                .ok();
        assertEquals(first.text("id"), again.text("id"));
        // The same claims, signed anew.
        assertEquals(claims(first), claims(again));
        assertNotEquals(
                first.text("id"), house.post("/tokens", ORGANIZATION_TOKEN).ok().text("id"));
        assertEquals(
                "400 Idempotency-Key INVALID",
                house.post("/tokens", ORGANIZATION_TOKEN.replace("a token", "other"), "Idempotency-Key", "once")
                        .error());
        assertEquals(
                "400 Idempotency-Key INVALID",
                house.post("/tokens", ORGANIZATION_TOKEN, "Idempotency-Key", "two words")
                        .error());
    }
}
