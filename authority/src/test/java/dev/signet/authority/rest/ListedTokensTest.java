package dev.signet.authority.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.rest.RestClient.Answer;
import dev.signet.authority.tokens.Retry;
import dev.signet.verifier.token.ResourcePath;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is listed to whom, and what changes that. */
final class ListedTokensTest {
    @TempDir
    private Path data;

    private RestHouse house;

    /** Five tokens, each a minute after the one before; the owner's own is the first. */
    @BeforeEach
    void open() {
        house = new RestHouse(data);
        make(house.organization, "d", "ORGANIZATION_MEMBER", "one");
        make(house.workspace, "b", "WORKSPACE_MEMBER", "two");
        make(house.deployment, "c", "DEPLOYMENT_ADMIN", "two");
        make(house.deployment, "e", "DEPLOYMENT_ADMIN", "three");
    }

    @AfterEach
    void close() {
        house.close();
    }

    private String make(ResourcePath resource, String name, String role, String description) {
        house.authority.clock().advance(Duration.ofMinutes(1));
        return house.authority
                .tokens()
                .create(house.owner, TestAuthority.newToken(resource, name, description, role, null))
                .token()
                .id();
    }

    private static List<String> names(Answer list) {
        return list.ok().array("tokens").asList().stream()
                .map(each -> each.getAsJsonObject().get("name").getAsString())
                .toList();
    }

    private List<String> names(String query) {
        return names(house.get("/tokens" + query));
    }

    @Test
    void whatHoldsARoleOnAPlaceIsListedThere() {
        assertEquals(List.of("b"), names("?workspaceId=" + house.workspace.id()));
        assertEquals(List.of("c", "e"), names("?deploymentId=" + house.deployment.id()));
        String attached = make(house.organization, "attached", "ORGANIZATION_MEMBER", "");
        var unused = house.authority
                .tokens()
                .setGrant(
                        house.owner,
                        house.organization.organization(),
                        attached,
                        house.workspace,
                        "WORKSPACE_MEMBER",
                        null);
        assertEquals(List.of("b", "attached"), names("?workspaceId=" + house.workspace.id()));
        assertEquals(
                List.of("attached"), names("?includeOnlyOrganizationTokens=true&workspaceId=" + house.workspace.id()));
    }

    /** A rotated token begins anew, which the service cannot sort by. */
    @Test
    void theStartOfAValueCanBeSortedBy() {
        house.authority.clock().advance(Duration.ofMinutes(1));
        String oldest = names("?limit=1&offset=1").get(0);
        assertEquals("d", oldest);
        String id = house.get("/tokens?limit=1&offset=1")
                .array("tokens")
                .get(0)
                .getAsJsonObject()
                .get("id")
                .getAsString();
        var unused = house.authority
                .tokens()
                .rotate(house.owner, house.organization.organization(), id, Duration.ZERO, Retry.NEVER);
        assertEquals(List.of("d"), names("?sorts=tokenStartAt:desc&limit=1"));
        assertEquals(List.of("e"), names("?sorts=createdAt:desc&limit=1"));
    }

    /** The count tells nobody of what they may not see. */
    @Test
    void othersAreNeitherListedNorCounted() {
        Call workspaceOwner = house.holding(house.workspace, "WORKSPACE_OWNER");
        Answer seen = house.get(workspaceOwner, "/tokens?limit=1").ok();
        assertEquals(List.of("b"), names(seen));
        assertEquals(4, seen.object().get("totalCount").getAsInt());
        Call author = house.holding(house.workspace, "WORKSPACE_AUTHOR");
        assertEquals(
                "403",
                house.get(author, "/tokens?workspaceId=" + house.workspace.id()).error());
        Call member = house.holding(house.organization, "ORGANIZATION_MEMBER");
        assertEquals(
                0, house.get(member, "/tokens").ok().object().get("totalCount").getAsInt());
    }
}
