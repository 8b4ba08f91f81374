package dev.signet.authority.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.authority.TestAuthority;
import dev.signet.authority.rest.RestClient.Answer;
import dev.signet.verifier.token.ResourcePath;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists of API tokens: which, in which order, how many. */
final class TokenListTest {
    @TempDir
    private static Path data;

    private static RestHouse house;
    private static String first;

    /** Five tokens, each a minute after the one before; the owner's own is the first. */
    @BeforeAll
    static void open() {
        house = new RestHouse(data);
        first = house.owner.subject();
        make(house.organization, "d", "ORGANIZATION_MEMBER", "one");
        make(house.workspace, "b", "WORKSPACE_MEMBER", "two");
        make(house.deployment, "c", "DEPLOYMENT_ADMIN", "two");
        make(house.deployment, "e", "DEPLOYMENT_ADMIN", "three");
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private static void make(ResourcePath resource, String name, String role, String description) {
        house.authority.clock().advance(Duration.ofMinutes(1));
        var unused = house.authority
                .tokens()
                .create(house.owner, TestAuthority.newToken(resource, name, description, role, null));
    }

    private static List<String> names(Answer list) {
        return list.ok().array("tokens").asList().stream()
                .map(each -> each.getAsJsonObject().get("name").getAsString())
                .toList();
    }

    @Test
    void theOldestComeFirst() {
        Answer all = house.get("/tokens").ok();
        assertEquals(List.of("a token", "d", "b", "c", "e"), names(all));
        assertEquals(
                first, all.array("tokens").get(0).getAsJsonObject().get("id").getAsString());
        assertEquals(5, all.object().get("totalCount").getAsInt());
        assertEquals(0, all.object().get("offset").getAsInt());
        assertEquals(20, all.object().get("limit").getAsInt());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "?limit=2              | a token,d",
                "?limit=2&offset=1     | d,b",
                "?limit=1000&offset=4  | e",
                "?offset=5             | ''",
                "?offset=999999999     | ''",
                "?limit=0              | ''",
                "?sorts=name:asc       | a token,b,c,d,e",
                "?sorts=name:desc      | e,d,c,b,a token",
                "?sorts=createdAt:desc&limit=1 | e",
                "?sorts=tokenStartAt:asc&limit=2 | a token,d",
                "?sorts=updatedAt:desc&limit=1 | e",
                "?sorts=description:asc&sorts=name:desc | a token,d,e,c,b",
                "?kind=STANDARD&limit=1 | a token",
                "?includeOnlyOrganizationTokens=true | a token,d",
                "?includeOnlyOrganizationTokens=false&limit=3 | a token,d,b",
            })
    void aPartOfThem(String query, String names) {
        Answer part = house.get("/tokens" + query.strip());
        assertEquals(names, String.join(",", names(part)));
        assertEquals(
                query.contains("=true") ? 2 : 5, part.object().get("totalCount").getAsInt());
    }

    @ParameterizedTest
    @CsvSource({
        "?limit=1001, limit INVALID",
        "?limit=-1, limit INVALID",
        "?limit=ten, limit INVALID",
        "?limit=1&limit=2, limit INVALID",
        "?offset=-1, offset INVALID",
        "?sorts=name, sorts INVALID",
        "?sorts=name:up, sorts INVALID",
        "?sorts=secret:asc, sorts INVALID",
        "?sorts=, sorts INVALID",
        "?workspaceId=w, workspaceId INVALID",
        "?deploymentId=d, deploymentId INVALID",
        "?includeOnlyOrganizationTokens=yes, includeOnlyOrganizationTokens INVALID",
        "?kind=DIRECT_ACCESS, kind INVALID",
        "?dagId=d, dagId UNKNOWN",
        "?dagTags=d, dagTags UNKNOWN",
        "?pageSize=3, pageSize UNKNOWN",
    })
    void aQueryThatIsWrongIsNamed(String query, String error) {
        assertEquals("400 " + error, house.get("/tokens" + query).error());
    }

    @Test
    void oneFilterAtATime() {
        String both = "?workspaceId=" + house.workspace.id() + "&deploymentId=" + house.deployment.id();
        assertEquals("400 workspaceId INVALID", house.get("/tokens" + both).error());
    }
}
