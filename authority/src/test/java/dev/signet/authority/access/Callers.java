package dev.signet.authority.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.token.TokenCodec;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.token.VerifiedToken;
import dev.signet.verifier.trust.CustomRole;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
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

    private static final Access ACCESS = new Access(RoleCatalogue.builtIn(), InstantSource.fixed(Instant.EPOCH));
    private static final Call MEMBER = call(Kind.WORKSPACE);
    private static final Call OPERATOR = call(Kind.PLATFORM);

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
        return with(grants, Map.of());
    }

    /** The same with custom roles, by id. */
    static Caller with(Grants grants, Map<String, CustomRole> customRoles) {
        return new Caller(MEMBER, grants, RoleCatalogue.builtIn(), customRoles);
    }

    static Caller platform() {
        return new Caller(OPERATOR, Grants.NONE, RoleCatalogue.builtIn(), Map.of());
    }

    /** Whether the caller may give a built-in role; those are not in the store. */
    static void requireToHold(Caller caller, String role, ResourcePath resource) {
        Transaction noStore = (Transaction) Proxy.newProxyInstance(
                Callers.class.getClassLoader(), new Class<?>[] {Transaction.class}, (proxy, method, arguments) -> {
                    throw new AssertionError("built-in roles need no store: " + method.getName());
                });
        ACCESS.requireToHold(noStore, caller, "role", role, resource);
    }

    private static Call call(Kind kind) {
        String subject = IDS.next(kind.subject());
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer("https://signet.test")
                .audience("signet")
                .subject(subject)
                .claim("client_id", subject)
                .jwtID(IDS.nextValueId())
                .claim("iat", 0)
                .claim("exp", 1)
                .claim("kind", kind.claim())
                .claim("grants", Map.of())
                .claim("grants_rev", 0)
                .claim(
                        "status",
                        Map.of("status_list", Map.of("idx", 0, "uri", "https://signet.test/statuslists/installation")));
        if (kind != Kind.PLATFORM) {
            claims.claim("org", ORGANIZATION.organization());
        }
        try {
            ECKey pair = new ECKeyGenerator(Curve.P_256).keyID("kid").generate();
            SignedJWT jwt = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.ES256)
                            .keyID(pair.getKeyID())
                            .type(new JOSEObjectType("at+jwt"))
                            .build(),
                    claims.build());
            jwt.sign(new ECDSASigner(pair));
            VerifiedToken token = TokenCodec.read(jwt.serialize())
                    .verifiedWith(new VerificationKeys()
                            .get(
                                    pair.getKeyID(),
                                    Algorithm.ES256,
                                    pair.toECPublicKey().getEncoded()));
            return new Call(token, "192.0.2.1");
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }
}
