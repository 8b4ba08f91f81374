package dev.signet.authority.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import dev.signet.authority.Verdicts;
import dev.signet.authority.access.Call;
import dev.signet.authority.rest.RestClient.Answer;
import dev.signet.verifier.verify.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** API keys by REST. */
final class ApiKeyResourcesTest {
    @TempDir
    private Path data;

    private RestHouse house;
    private String keys;

    @BeforeEach
    void open() {
        house = new RestHouse(data);
        keys = "/deployments/" + house.deployment.id() + "/agent-tokens";
    }

    @AfterEach
    void close() {
        house.close();
    }

    private Answer make(String name) {
        return house.post(keys, "{'name': '" + name + "', 'description': 'd'}").ok();
    }

    @Test
    void aKeyIsMadeExchangedChangedAndDeleted() {
        Answer key = make("agent");
        assertEquals("DEPLOYMENT", key.text("scope"));
        assertFalse(key.object().get("disabled").getAsBoolean());
        assertEquals(
                house.deployment.id(),
                key.array("roles").get(0).getAsJsonObject().get("entityId").getAsString());
        String value = house.authority
                .apiKeys()
                .exchange(key.text("id"), key.text("token"), "")
                .value();
        assertTrue(Verdicts.isGood(house.authority.verifier(), value));

        String path = keys + "/" + key.text("id");
        JsonObject expected = key.object().deepCopy();
        expected.remove("token");
        assertEquals(expected, house.get(path).ok().object());

        assertEquals("agent 2", house.post(path, "{'name': 'agent 2'}").ok().text("name"));
        assertEquals("d", house.get(path).ok().text("description"));
        assertEquals(
                "412",
                house.post(path, "{'name': 'agent 3'}", "If-Match", key.header("ETag"))
                        .error());

        assertEquals(204, house.delete(path).status());
        assertEquals("404", house.delete(path).error());
        assertEquals("404", house.get(path).error());
        assertEquals(Verdict.Reason.REVOKED, Verdicts.reason(house.authority.verifier(), value));
    }

    @Test
    void keysAreListed() {
        make("b");
        house.authority.clock().advance(Duration.ofMinutes(1));
        make("a");
        Answer all = house.get(keys).ok();
        assertEquals(2, all.object().get("totalCount").getAsInt());
        assertEquals(
                "b", all.array("tokens").get(0).getAsJsonObject().get("name").getAsString());
        Answer sorted = house.get(keys + "?sorts=name:asc&limit=1").ok();
        assertEquals(
                "a", sorted.array("tokens").get(0).getAsJsonObject().get("name").getAsString());
        assertEquals(2, sorted.object().get("totalCount").getAsInt());
        assertEquals(
                "400 workspaceId UNKNOWN", house.get(keys + "?workspaceId=w").error());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | 400 name REQUIRED",
                "{'name': ''} | 400 name INVALID",
                "{'name': 'a', 'description': 7} | 400 description INVALID",
                "{'name': 'a', 'tokenExpiryPeriodInDays': 30} | 400 tokenExpiryPeriodInDays INVALID",
                "{'name': 'a', 'secret': 'mine'} | 400 secret UNKNOWN",
            })
    void whatIsWrongIsNamedAsItWasSent(String body, String error) {
        assertEquals(error, house.post(keys, body).error());
    }

    @Test
    void theSecretIsShownOnceOnly() {
        house.post(keys, "{'name': 'a'}", "Idempotency-Key", "once").ok();
        Answer again = house.post(keys, "{'name': 'a'}", "Idempotency-Key", "once");
        assertEquals("409", again.error());
        assertEquals(1, house.get(keys).ok().object().get("totalCount").getAsInt());
    }

    @Test
    void whoMayNotManageThemIsRefused() {
        Answer key = make("agent");
        String path = keys + "/" + key.text("id");
        Call member = house.holding(house.workspace, "WORKSPACE_MEMBER");
        assertEquals("403", house.post(member, keys, "{'name': 'a'}").error());
        assertEquals("403", house.get(member, keys).error());
        assertEquals("403", house.delete(member, path).error());
        Call stranger = house.authority.owner(house.authority.organization());
        assertEquals("404", house.post(stranger, keys, "{'name': 'a'}").error());
        assertEquals("404", house.get(stranger, keys).error());
        assertEquals("404", house.get(stranger, path).error());
        assertEquals("404", house.delete(stranger, path).error());
        assertEquals("404", house.get(keys + "/nonsense").error());
        assertEquals("404", house.get("/deployments/nonsense/agent-tokens").error());
        assertEquals(
                "404",
                house.post("/deployments/-/agent-tokens", "{'name': 'a'}").error());
    }

    /** An access token acts for its key; the key's secret is no token. */
    @Test
    void theSecretIsNoBearerToken() {
        Answer key = make("agent");
        assertEquals(
                "401",
                house.client
                        .send(key.text("token"), "GET", house.base + keys, "")
                        .error());
        String value = house.authority
                .apiKeys()
                .exchange(key.text("id"), key.text("token"), "")
                .value();
        // A key acts for its deployment, and manages no credentials there.
        assertEquals(
                "403", house.client.send(value, "GET", house.base + keys, "").error());
    }
}
