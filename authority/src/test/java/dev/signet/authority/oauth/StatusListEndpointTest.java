package dev.signet.authority.oauth;

import static dev.signet.authority.oauth.OAuthHouse.header;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.ForwardingLedger;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.http.HttpReply;
import dev.signet.authority.http.HttpRequest;
import dev.signet.authority.store.Transaction;
import dev.signet.authority.tokens.StatusLists;
import dev.signet.verifier.token.IdType;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lists as they are served to anybody. */
final class StatusListEndpointTest {
    @TempDir
    private Path data;

    private OAuthHouse house;
    private String path;

    @BeforeEach
    void open() {
        house = new OAuthHouse(data);
        path = "/statuslists/" + house.organization.organization();
    }

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void aListMayBeKeptAndAskedForAgain() {
        HttpResponse<String> first = house.face.get(path);
        assertEquals(200, first.statusCode());
        assertEquals("application/statuslist+jwt", header(first, "Content-Type"));
        assertEquals("public, max-age=30", header(first, "Cache-Control"));
        String tag = header(first, "ETag");
        assertTrue(tag.startsWith("W/\""), tag);
        String strong = tag.substring(2);
        for (String known : List.of(tag, strong, "\"other\", " + tag, "W/\"other\"," + strong, "*")) {
            HttpResponse<String> again = house.face.get(path, "If-None-Match", known);
            assertEquals(304, again.statusCode(), known);
            assertEquals("", again.body());
            assertEquals(tag, header(again, "ETag"));
            assertEquals("public, max-age=30", header(again, "Cache-Control"));
        }
        assertEquals(
                304,
                house.face
                        .get(path, "If-None-Match", "\"other\"", "If-None-Match", tag)
                        .statusCode());
        assertEquals(200, house.face.get(path, "If-None-Match", "\"other\"").statusCode());
        house.authority
                .tokens()
                .delete(
                        house.owner,
                        house.organization.organization(),
                        house.authority
                                .issue(house.owner, house.deployment, null)
                                .token()
                                .id());
        HttpResponse<String> changed = house.face.get(path, "If-None-Match", tag);
        assertEquals(200, changed.statusCode());
        assertNotEquals(tag, header(changed, "ETag"));
    }

    @Test
    void whatIsNotThereMayNotBeKept() {
        for (String name :
                List.of(house.authority.ids().next(IdType.ORGANIZATION), house.deployment.id(), "x", "%0aINFO")) {
            HttpResponse<String> none = house.face.get("/statuslists/" + name);
            assertTrue(none.statusCode() == 404 || none.statusCode() == 400, name);
            assertEquals("no-store", header(none, "Cache-Control"));
        }
    }

    @Test
    void aStoreThatIsAwayIsToldAsPassing() {
        StatusLists lists = new StatusLists(
                new ForwardingLedger(house.authority.ledger()) {
                    @Override
                    public <T> T read(Function<Transaction, T> work) {
                        throw Refusal.busy();
                    }
                },
                house.authority.publisher().state(),
                organization -> true,
                TestAuthority.config(data).tokens(),
                house.authority.minter(),
                house.authority.clock());
        HttpReply reply = new StatusListEndpoint(lists)
                .answer(new HttpRequest(
                        "GET",
                        path,
                        Map.of("part", house.organization.organization()),
                        "",
                        HttpFields.EMPTY,
                        "",
                        "192.0.2.1"));
        assertEquals(503, reply.status());
        assertEquals("1", reply.headers().get("Retry-After"));
    }
}
