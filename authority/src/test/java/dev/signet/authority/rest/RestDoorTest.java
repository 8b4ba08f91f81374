package dev.signet.authority.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.signet.authority.access.Call;
import dev.signet.authority.http.HttpFace;
import dev.signet.authority.http.Route;
import dev.signet.authority.rest.RestClient.Answer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, and in which form everybody else is told so. */
final class RestDoorTest {
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

    @Test
    void withoutATokenNobodyIsLetIn() {
        Answer none = house.client.send("", "GET", house.base + "/tokens", "");
        assertEquals("401", none.error());
        assertEquals("Bearer realm=\"signet\"", none.header("WWW-Authenticate"));
        for (String wrong : List.of("not a token", "eyJhbGciOiJub25lIn0.e30.", RestHouse.text(house.owner) + "x")) {
            Answer refused = house.client.send(wrong, "GET", house.base + "/tokens", "");
            assertEquals("401", refused.error());
            assertTrue(refused.header("WWW-Authenticate").contains("invalid_token"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic a2V5OnNlY3JldA==", "Bearer", "token", ""})
    void onlyABearerTokenIsTaken(String authorization) {
        Answer refused = house.client.send("", "GET", house.base + "/tokens", "", "Authorization", authorization);
        assertEquals("401", refused.error());
    }

    @Test
    void oneTokenIsEnough() {
        String bearer = "Bearer " + RestHouse.text(house.owner);
        Answer refused = house.client.send(
                "", "GET", house.base + "/tokens", "", "Authorization", bearer, "Authorization", bearer);
        assertEquals("401", refused.error());
    }

    @Test
    void everyAnswerHasANameOfItsOwn() {
        Answer first = house.get("/tokens").ok();
        Answer second = house.get("/tokens/nonsense");
        assertEquals(second.header("X-Request-Id"), second.text("requestId"));
        assertNotEquals(first.header("X-Request-Id"), second.header("X-Request-Id"));
        assertEquals(404, second.object().get("statusCode").getAsInt());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1", "/v1/", "/v1/nowhere", "/v1/organizations/org_1/tokens/tok_1/roles/more"})
    void aPathThatIsNoneHasTheSameFormOfError(String path) {
        HttpResponse<String> response = house.face.get(path);
        assertEquals(404, response.statusCode());
        JsonObject error = JsonParser.parseString(response.body()).getAsJsonObject();
        new Schema(Contract.read().document())
                .check(
                        path,
                        JsonParser.parseString("{'$ref': '#/components/schemas/Error'}")
                                .getAsJsonObject(),
                        error);
        assertEquals("not found\n", house.face.get("/v2").body());
    }

    @Test
    void anotherMethodIsNamed() {
        HttpResponse<String> response = house.face.send("PUT", house.base + "/tokens", "");
        assertEquals(405, response.statusCode());
        assertEquals("GET, HEAD, POST", response.headers().firstValue("Allow").orElse(""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "null",
                "nonsense",
                "{",
                "{} {}",
                "{'name' = 'a'}",
                "{name: 'a'}",
                "{'name': 'a',}",
                "{/* a */}",
                "{'name': NaN}",
            })
    void whatIsNoJsonIsNotGuessedAt(String body) {
        assertEquals("400 body INVALID", house.post("/tokens", body).error());
    }

    @Test
    void whatIsWrongWithABodyIsNamed() {
        assertEquals(
                "400 name INVALID",
                house.post("/tokens", "{'name': 'a', 'name': 'b'}").error());
        assertEquals(
                "400 body INVALID",
                house.post("/tokens", "{'a': " + "[".repeat(60_000) + "}").error());
        String apostrophes = "{'name': 'a'}";
        assertEquals(
                "400 body INVALID",
                house.client
                        .send(RestHouse.text(house.owner), "POST", house.base + "/tokens", apostrophes)
                        .error());
        HttpRequest form = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + house.face.port() + house.base + "/tokens"))
                .header("Authorization", "Bearer " + RestHouse.text(house.owner))
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        HttpResponse<String> response = house.client.exchange(form);
        assertEquals(400, response.statusCode());
        assertTrue(response.body().contains("Content-Type"), response::body);
    }

    @Test
    void aRefusalIsInTheAuditLogWithTheClientsAddress() {
        Call member = house.holding(house.organization, "ORGANIZATION_MEMBER");
        String role = "{'name': 'r', 'permissions': ['deployment.get']}";
        assertEquals("403", house.post(member, "/roles", role).error());
        List<String> refused = new ArrayList<>();
        house.authority
                .auditEvents(house.owner, house.organization, Instant.EPOCH, Instant.parse("9000-01-01T00:00:00Z"))
                .forEach(each -> {
                    if (!each.event().outcome().equals("OK")) {
                        refused.add(each.event().actor() + " " + each.event().outcome() + " "
                                + each.event().address());
                    }
                });
        assertEquals(List.of(member.claims().principalName() + " PERMISSION_DENIED 127.0.0.1"), refused);
    }

    @Test
    void aFaultSaysNothing() {
        try (HttpFace faulty = new HttpFace(List.of(Route.of(
                "GET",
                "/v1/organizations/{organizationId}/tokens",
                new RestDoor(house.services(), Map.of(), request -> {
                    throw new IllegalStateException("sgk_secret");
                }))))) {
            Answer failed =
                    new RestClient(faulty.port()).send(RestHouse.text(house.owner), "GET", house.base + "/tokens", "");
            assertEquals("500", failed.error());
            assertEquals("internal error", failed.text("message"));
        }
    }
}
