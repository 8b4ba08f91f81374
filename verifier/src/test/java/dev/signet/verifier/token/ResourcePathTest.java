package dev.signet.verifier.token;

import static dev.signet.verifier.testkit.TestTokens.DEPLOYMENT;
import static dev.signet.verifier.testkit.TestTokens.ORGANIZATION;
import static dev.signet.verifier.testkit.TestTokens.WORKSPACE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResourcePathTest {
    private static final String ORG = "organizations/" + ORGANIZATION;
    private static final String WSP = ORG + "/workspaces/" + WORKSPACE;
    private static final String DEP = WSP + "/deployments/" + DEPLOYMENT;

    static Stream<ResourcePath> paths() {
        return Stream.of(
                ResourcePath.organization(ORGANIZATION),
                ResourcePath.workspace(ORGANIZATION, WORKSPACE),
                ResourcePath.deployment(ORGANIZATION, WORKSPACE, DEPLOYMENT));
    }

    @ParameterizedTest
    @MethodSource("paths")
    void aNameReadsBackAsThePath(ResourcePath path) {
        assertEquals(Optional.of(path), ResourcePath.parse(path.name()));
    }

    @Test
    void namesFollowTheScopes() {
        assertEquals(List.of(ORG, WSP, DEP), paths().map(ResourcePath::name).toList());
        assertEquals(
                List.of(ORGANIZATION, WORKSPACE, DEPLOYMENT),
                paths().map(ResourcePath::id).toList());
    }

    static Stream<String> otherNames() {
        return Stream.of(
                "",
                "/",
                "organizations",
                "organizations/",
                ORGANIZATION,
                "/" + ORG,
                ORG + "/",
                WSP + "/",
                DEP + "/",
                DEP + "/apiKeys/x",
                "Organizations/" + ORGANIZATION,
                "organizations/" + WORKSPACE,
                ORG + "/workspaces",
                ORG + "/workspaces/" + DEPLOYMENT,
                ORG + "/deployments/" + DEPLOYMENT,
                ORG + "/deployments/" + WORKSPACE,
                WSP + "/workspaces/" + DEPLOYMENT,
                "workspaces/" + ORGANIZATION,
                ORG + "//workspaces/" + WORKSPACE,
                ORG + "/workspaces/../workspaces/" + WORKSPACE,
                WSP + "/deployments/" + WORKSPACE,
                DEP + "?x=1",
                DEP.replace('/', '\\'),
                DEP.toUpperCase(Locale.ROOT),
                " " + DEP,
                DEP + "\n",
                ORG + "/workspaces/-");
    }

    @ParameterizedTest
    @MethodSource("otherNames")
    void anythingElseIsNoName(String name) {
        assertEquals(Optional.empty(), ResourcePath.parse(name));
    }

    @Test
    void aPathWithForeignIdsOrWithoutAParentCannotBeBuilt() {
        assertThrows(IllegalArgumentException.class, () -> ResourcePath.organization(WORKSPACE));
        assertThrows(IllegalArgumentException.class, () -> ResourcePath.workspace(ORGANIZATION, DEPLOYMENT));
        assertThrows(IllegalArgumentException.class, () -> new ResourcePath(ORGANIZATION, null, DEPLOYMENT));
        assertThrows(IllegalArgumentException.class, () -> new ResourcePath(ORGANIZATION, WORKSPACE, ORGANIZATION));
    }
}
