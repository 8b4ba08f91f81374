package dev.signet.authority.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.signet.authority.Verdicts;
import dev.signet.authority.access.Call;
import dev.signet.authority.access.RoleCatalogue;
import dev.signet.authority.rest.RestClient.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Custom roles and the catalogue of permissions by REST. */
final class RoleResourcesTest {
    private static final String DEPLOYER =
            "{'name': 'deployer', 'scopeType': 'DEPLOYMENT', 'permissions': ['deployment.get', 'deployment.deploys.create']}";

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

    private static String path(Answer role) {
        return "/roles/" + role.text("id");
    }

    private static List<String> names(Answer list, String array) {
        return list.array(array).asList().stream()
                .map(each -> each.getAsJsonObject().get("name").getAsString())
                .toList();
    }

    @Test
    void aRoleIsMadeHeldChangedAndDeleted() {
        Answer role = house.post("/roles", DEPLOYER).ok();
        assertEquals(
                JsonParser.parseString("['deployment.deploys.create', 'deployment.get']"), role.array("permissions"));
        assertEquals(0, role.array("restrictedWorkspaceIds").size());
        assertEquals(role.object(), house.get(path(role)).ok().object());

        Answer token = house.post(
                        "/tokens",
                        "{'name': 'ci', 'scope': 'DEPLOYMENT', 'entityId': '%s', 'role': '%s'}"
                                .formatted(house.deployment.id(), role.text("id")))
                .ok();
        String value = token.text("token");
        assertTrue(Verdicts.may(house.authority.verifier(), value, "deployment.deploys.create", house.deployment));

        Answer narrowed = house.post(
                        path(role), "{'name': 'reader', 'description': 'reads', 'permissions': ['deployment.get']}")
                .ok();
        assertEquals("reader", narrowed.text("name"));
        assertEquals("reads", narrowed.text("description"));
        assertFalse(Verdicts.may(house.authority.verifier(), value, "deployment.deploys.create", house.deployment));

        assertEquals("409", house.delete(path(role)).error());
        assertEquals(204, house.delete("/tokens/" + token.text("id")).status());
        assertEquals(204, house.delete(path(role)).status());
        assertEquals("404", house.delete(path(role)).error());
        assertEquals("404", house.get(path(role)).error());
    }

    @Test
    void aRoleMayBeRestrictedToWorkspaces() {
        String restricted = "'restrictedWorkspaceIds': ['" + house.workspace.id() + "']";
        Answer role = house.post("/roles", "{'name': 'r', 'permissions': ['deployment.get'], " + restricted + "}")
                .ok();
        assertEquals(1, role.array("restrictedWorkspaceIds").size());
        String renamed = "{'name': 's', 'permissions': ['deployment.get']}";
        assertEquals(
                1,
                house.post(path(role), renamed)
                        .ok()
                        .array("restrictedWorkspaceIds")
                        .size());
        String free = "{'name': 's', 'permissions': ['deployment.get'], 'restrictedWorkspaceIds': []}";
        assertEquals(
                0,
                house.post(path(role), free)
                        .ok()
                        .array("restrictedWorkspaceIds")
                        .size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'permissions': ['deployment.get']} | 400 name REQUIRED",
                "{'name': '', 'permissions': ['deployment.get']} | 400 name INVALID",
                "{'name': 'a'} | 400 permissions REQUIRED",
                "{'name': 'a', 'permissions': []} | 400 permissions INVALID",
                "{'name': 'a', 'permissions': 'deployment.get'} | 400 permissions INVALID",
                "{'name': 'a', 'permissions': [7]} | 400 permissions[0] INVALID",
                "{'name': 'a', 'permissions': ['organization.update']} | 400 permissions INVALID",
                "{'name': 'a', 'permissions': ['deployment.get'], 'scopeType': 'WORKSPACE'} | 400 scopeType INVALID",
                "{'name': 'a', 'permissions': ['deployment.get'], 'restrictedWorkspaceIds': ['w']}"
                        + " | 400 restrictedWorkspaceIds INVALID",
                "{'name': 'a', 'permissions': ['deployment.get'], 'color': 'red'} | 400 color UNKNOWN",
            })
    void whatIsWrongIsNamedAsItWasSent(String body, String error) {
        assertEquals(error, house.post("/roles", body).error());
    }

    @Test
    void aNameIsTakenOnce() {
        house.post("/roles", DEPLOYER).ok();
        assertEquals("409", house.post("/roles", DEPLOYER).error());
    }

    @Test
    void aChangeCanBeForOneVersionOnly() {
        Answer role = house.post("/roles", DEPLOYER).ok();
        house.post(path(role), DEPLOYER.replace("'scopeType': 'DEPLOYMENT', ", ""), "If-Match", role.header("ETag"))
                .ok();
        assertEquals(
                "412",
                house.post(
                                path(role),
                                "{'name': 'x', 'permissions': ['deployment.get']}",
                                "If-Match",
                                role.header("ETag"))
                        .error());
    }

    @Test
    void rolesAreListed() {
        house.post("/roles", DEPLOYER).ok();
        house.authority.clock().advance(Duration.ofMinutes(1));
        house.post("/roles", DEPLOYER.replace("deployer", "another")).ok();
        Answer own = house.get("/roles").ok();
        assertEquals(List.of("deployer", "another"), names(own, "roles"));
        assertFalse(own.object().has("defaultRoles"));
        Answer all = house.get("/roles?includeDefaultRoles=true&sorts=name:asc&limit=1")
                .ok();
        assertEquals(List.of("another"), names(all, "roles"));
        assertEquals(2, all.object().get("totalCount").getAsInt());
        assertEquals(
                new TreeSet<>(RoleCatalogue.builtIn().permissions().keySet()),
                new TreeSet<>(names(all, "defaultRoles")));
        Answer workspace = house.get("/roles?includeDefaultRoles=true&scopeTypes=WORKSPACE")
                .ok();
        assertEquals(0, workspace.object().get("totalCount").getAsInt());
        assertTrue(names(workspace, "defaultRoles").stream().allMatch(name -> name.startsWith("WORKSPACE_")));
        assertEquals(
                "400 scopeTypes INVALID", house.get("/roles?scopeTypes=DAG").error());
        assertEquals(
                "400 sorts INVALID", house.get("/roles?sorts=tokenStartAt:asc").error());
    }

    @Test
    void ownersMakeThemAndStrangersSeeNone() {
        Answer role = house.post("/roles", DEPLOYER).ok();
        Call member = house.holding(house.organization, "ORGANIZATION_MEMBER");
        assertEquals("403", house.post(member, "/roles", DEPLOYER).error());
        assertEquals("403", house.delete(member, path(role)).error());
        house.get(member, path(role)).ok();
        Call stranger = house.authority.owner(house.authority.organization());
        assertEquals("404", house.get(stranger, path(role)).error());
        assertEquals("404", house.get(stranger, "/roles").error());
        assertEquals("404", house.post(stranger, "/roles", DEPLOYER).error());
        assertEquals("404", house.delete(stranger, path(role)).error());
        assertEquals("404", house.get("/roles/nonsense").error());
    }

    @Test
    void everyPermissionIsInTheCatalogue() {
        String path = "/v1/authorization/permission-groups";
        Set<String> told = new TreeSet<>();
        // Whoever has a token may read it, the operator too, who belongs to no organization.
        for (JsonElement group : house.client
                .send(house.authority.platformText(), "GET", path, "")
                .body()
                .getAsJsonArray()) {
            JsonObject object = group.getAsJsonObject();
            for (JsonElement permission : object.getAsJsonArray("permissions")) {
                told.add(object.get("name").getAsString() + "."
                        + permission.getAsJsonObject().get("action").getAsString());
            }
        }
        Set<String> permissions = new TreeSet<>();
        RoleCatalogue.builtIn().permissions().values().forEach(permissions::addAll);
        assertEquals(permissions, told);

        JsonElement deployment = house.client
                .send(RestHouse.text(house.owner), "GET", path + "?scopeType=DEPLOYMENT", "")
                .body();
        assertTrue(deployment.getAsJsonArray().size() > 10);
        for (JsonElement group : deployment.getAsJsonArray()) {
            assertEquals("DEPLOYMENT", group.getAsJsonObject().get("scope").getAsString());
        }
        assertEquals("401", house.client.send("", "GET", path, "").error());
    }
}
