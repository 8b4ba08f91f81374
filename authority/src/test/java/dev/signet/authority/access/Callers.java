package dev.signet.authority.access;

import dev.signet.verifier.token.Claims;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.ResourcePath;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;

/** Callers with the grants that a test gives them, and a tree of resources. */
final class Callers {
    private static final IdGenerator IDS = new IdGenerator(InstantSource.fixed(Instant.EPOCH), new Random(3));

    static final ResourcePath ORGANIZATION = ResourcePath.organization(IDS.next(IdType.ORGANIZATION));
    static final ResourcePath WORKSPACE = workspaceIn(ORGANIZATION);
    static final ResourcePath SIBLING_WORKSPACE = workspaceIn(ORGANIZATION);
    static final ResourcePath DEPLOYMENT = deploymentIn(WORKSPACE);
    static final ResourcePath SIBLING_DEPLOYMENT = deploymentIn(WORKSPACE);
    static final ResourcePath COUSIN_DEPLOYMENT = deploymentIn(SIBLING_WORKSPACE);
    static final ResourcePath OTHER_ORGANIZATION = ResourcePath.organization(IDS.next(IdType.ORGANIZATION));
    static final ResourcePath OTHER_WORKSPACE = workspaceIn(OTHER_ORGANIZATION);
    static final ResourcePath OTHER_DEPLOYMENT = deploymentIn(OTHER_WORKSPACE);

    static final List<ResourcePath> EVERYWHERE = List.of(
            ORGANIZATION,
            WORKSPACE,
            SIBLING_WORKSPACE,
            DEPLOYMENT,
            SIBLING_DEPLOYMENT,
            COUSIN_DEPLOYMENT,
            OTHER_ORGANIZATION,
            OTHER_WORKSPACE,
            OTHER_DEPLOYMENT);

    private Callers() {}

    private static ResourcePath workspaceIn(ResourcePath organization) {
        return ResourcePath.workspace(organization.organization(), IDS.next(IdType.WORKSPACE));
    }

    private static ResourcePath deploymentIn(ResourcePath workspace) {
        return ResourcePath.deployment(
                workspace.organization(), String.valueOf(workspace.workspace()), IDS.next(IdType.DEPLOYMENT));
    }

    /** What a role of this name is held on. */
    static ResourcePath placeOf(String role) {
        return role.startsWith("ORGANIZATION_") ? ORGANIZATION : role.startsWith("WORKSPACE_") ? WORKSPACE : DEPLOYMENT;
    }

    /** A token of {@link #ORGANIZATION}; its own claims hold nothing, as only the store's grants count. */
    static Caller with(Grants grants) {
        return new Caller(claims(Kind.WORKSPACE), grants, RoleCatalogue.builtIn());
    }

    static Caller platform() {
        return new Caller(claims(Kind.PLATFORM), Grants.NONE, RoleCatalogue.builtIn());
    }

    private static Claims claims(Kind kind) {
        return new Claims(
                "https://signet.test",
                List.of("signet"),
                IDS.next(kind.subject()),
                IDS.nextValueId(),
                0,
                1,
                kind == Kind.PLATFORM ? null : ORGANIZATION.organization(),
                kind,
                Grants.NONE,
                0,
                0,
                "https://signet.test/statuslists/installation");
    }
}
