package dev.signet.authority;

import static dev.signet.authority.Verdicts.isGood;
import static dev.signet.authority.Verdicts.may;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.access.Call;
import dev.signet.authority.access.Caller;
import dev.signet.authority.access.RoleCatalogue;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.ApiToken;
import dev.signet.authority.store.Transaction;
import dev.signet.authority.tokens.ApiKeys;
import dev.signet.authority.tokens.Retry;
import dev.signet.authority.tokens.Tokens;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.CustomRole;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever anybody does in whatever order: nobody is made stronger than who did it, and all checkers agree. */
@Timeout(240)
final class EscalationPropertyTest {
    private static final int STEPS = 400;
    private static final Set<String> PERMISSIONS = new TreeSet<>();

    static {
        RoleCatalogue.builtIn().permissions().values().forEach(PERMISSIONS::addAll);
    }

    private enum Operation {
        CREATE,
        ATTACH,
        DETACH,
        EDIT,
        ROTATE,
        DELETE,
        MAKE_KEY
    }

    /** A value that was handed out at some time, whether it still works or not. */
    private record Held(Call call) {
        String value() {
            return call.credential().text();
        }
    }

    @TempDir
    private Path data;

    private Random random = new Random();
    private TestAuthority authority;
    private String org;
    private final List<ResourcePath> resources = new ArrayList<>();
    private final List<String> roles = new ArrayList<>();
    private final List<Held> held = new ArrayList<>();
    private final Map<Operation, Integer> done = new EnumMap<>(Operation.class);
    private int settled;
    private int escalations;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void nobodyMakesAnybodyStrongerThanThemselvesAndAllCheckersAgree(long seed) {
        random = new Random(seed);
        try (TestAuthority opened = TestAuthority.open(data)) {
            authority = opened;
            settle();
            for (int step = 0; step < STEPS; step++) {
                step("seed " + seed + " step " + step);
                authority.clock().advance(Duration.ofSeconds(random.nextInt(1_200)));
                assertAllAgree("seed " + seed + " step " + step);
            }
            for (Operation each : Operation.values()) {
                assertNotEquals(0, done.getOrDefault(each, 0), "never done: " + each);
            }
            assertTrue(escalations > 5, "hardly anybody tried: " + escalations);
        }
    }

    private void settle() {
        ResourcePath organization = authority.organization();
        org = organization.organization();
        Call owner = authority.owner(organization);
        resources.add(organization);
        for (int i = 0; i < 2; i++) {
            ResourcePath workspace = authority.workspace(owner, organization);
            resources.add(workspace);
            resources.add(authority.deployment(owner, workspace));
            resources.add(authority.deployment(owner, workspace));
        }
        roles.addAll(RoleCatalogue.builtIn().permissions().keySet());
        roles.sort(null);
        custom(owner, "reads", Set.of(), "logs.get");
        String all = "logs.get apiTokens.get apiTokens.create apiTokens.update apiTokens.rotate apiTokens.delete";
        custom(owner, "manages", Set.of(), all);
        custom(owner, "deploys here", Set.of(resources.get(1).id()), "apiTokens.create deploys.create");
        held.add(new Held(owner));
        String manages = roles.get(roles.size() - 2);
        for (ResourcePath resource : resources) {
            if (resource.workspace() != null) {
                hold(authority
                        .issue(owner, resource, resource.deployment() == null ? "WORKSPACE_OWNER" : manages)
                        .value());
            }
        }
        settled = held.size();
        for (int i = 0; i < 3; i++) {
            hold(authority.issue(owner, organization, "ORGANIZATION_MEMBER").value());
        }
    }

    private void custom(Call owner, String name, Set<String> workspaces, String permissions) {
        Set<String> permitted = Arrays.stream(permissions.split(" "))
                .map(permission -> "deployment." + permission)
                .collect(Collectors.toSet());
        CustomRole role = new CustomRole(permitted, workspaces);
        roles.add(authority
                .customRoles()
                .create(owner, org, name, "", role)
                .value()
                .id());
    }

    private void hold(String value) {
        held.add(new Held(authority.verified(value)));
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /** A role of the resource's own scope, most of the time. */
    private String role(ResourcePath resource) {
        if (random.nextInt(10) == 0) {
            return any(roles);
        }
        String scope = resource.deployment() != null ? "" : resource.workspace() != null ? "WORKSPACE" : "ORGANIZATION";
        return any(roles.stream()
                .filter(role -> scope.isEmpty()
                        ? role.startsWith("rol_") || role.startsWith("DEPLOYMENT")
                        : role.startsWith(scope))
                .toList());
    }

    private Map<ResourcePath, String> someRoles(ResourcePath own) {
        Map<ResourcePath, String> wanted = new HashMap<>();
        wanted.put(own, role(own));
        for (ResourcePath each : resources) {
            if (each.name().startsWith(own.name() + "/") && random.nextInt(4) == 0) {
                wanted.put(each, role(each));
            }
        }
        return wanted;
    }

    private void step(String what) {
        Operation operation = any(List.of(Operation.values()));
        // Mostly somebody whose value works; those who were there first are nobody's target.
        Held actor = random.nextInt(3) == 0 ? any(held) : any(held.subList(0, settled));
        Held target = any(held.subList(settled, held.size()));
        for (int i = 0; i < 8; i++) {
            actor = good(actor) ? actor : any(held);
            target = good(target) && fits(operation, target) ? target : any(held.subList(settled, held.size()));
        }
        boolean alive = good(actor);
        Set<String> strength = strength(actor.value());
        Set<String> before = strength(target.value());
        try {
            Optional<String> made = perform(operation, actor.call(), target);
            done.merge(operation, 1, Integer::sum);
            assertTrue(alive, what + ": done with a credential that had ended: " + operation);
            if (made.isPresent()) {
                assertWithin(strength, strength(made.get()), what + " " + operation);
                hold(made.get());
            } else {
                Set<String> gained = strength(target.value());
                gained.removeAll(before);
                assertWithin(strength, gained, what + " " + operation);
            }
        } catch (Refusal refusal) {
            assertNotEquals(Refusal.Code.UNAVAILABLE, refusal.code(), what);
            escalations += refusal.reason().equals("ROLE_EXCEEDS_CALLER") ? 1 : 0;
            assertTrue(
                    alive || refusal.code() != Refusal.Code.PERMISSION_DENIED,
                    what + ": a credential that had ended was told more than that");
        }
    }

    /** Whether the operation can be done to such a credential at all. */
    private static boolean fits(Operation operation, Held target) {
        Kind kind = target.call().claims().kind();
        return switch (operation) {
            case ATTACH, DETACH -> kind == Kind.ORGANIZATION || kind == Kind.WORKSPACE;
            case CREATE, EDIT, ROTATE, DELETE, MAKE_KEY -> kind != Kind.ACCESS;
        };
    }

    /** What an operation made, where it made a value. */
    private Optional<String> perform(Operation operation, Call actor, Held target) {
        Tokens tokens = authority.tokens();
        String id = target.call().subject();
        ResourcePath resource = any(resources);
        return switch (operation) {
            case CREATE ->
                Optional.of(tokens.create(
                                actor,
                                new Tokens.NewToken(
                                        resource, "a token", "", someRoles(resource), null, "", Retry.NEVER))
                        .value());
            case ROTATE ->
                Optional.of(tokens.rotate(actor, org, id, Duration.ofHours(random.nextInt(2)), Retry.NEVER)
                        .value()
                        .value());
            case ATTACH -> {
                ResourcePath below = below(ownOf(id));
                yield none(tokens.setGrant(actor, org, id, below, role(below), null)
                        .value());
            }
            case DETACH ->
                none(tokens.removeGrant(actor, org, id, heldBelow(id)).value());
            case EDIT ->
                none(tokens.update(actor, org, id, "edited", null, someRoles(ownOf(id)), null)
                        .value());
            case DELETE -> {
                if (random.nextInt(3) > 0) {
                    throw Refusal.notFound("left alone");
                }
                tokens.delete(actor, org, id);
                yield Optional.empty();
            }
            case MAKE_KEY -> {
                ApiKeys.WithSecret key = authority.apiKeys().create(actor, resource, "a key", "", Retry.NEVER);
                yield Optional.of(authority
                        .apiKeys()
                        .exchange(key.key().id(), key.secret(), "")
                        .value());
            }
        };
    }

    /** Something below a resource, most of the time. */
    private ResourcePath below(ResourcePath own) {
        List<ResourcePath> below = resources.stream()
                .filter(each -> each.name().startsWith(own.name() + "/"))
                .toList();
        return below.isEmpty() || random.nextInt(10) == 0 ? any(resources) : any(below);
    }

    /** Something below a token's own resource on which it holds a role. */
    private ResourcePath heldBelow(String id) {
        ResourcePath own = ownOf(id);
        Grants grants = authority
                .unpublished()
                .read(tx -> tx.tokens().find(id).map(ApiToken::grants).orElse(Grants.NONE));
        List<ResourcePath> below = resources.stream()
                .filter(each -> !each.equals(own) && !grants.on(each.id()).isEmpty())
                .toList();
        return below.isEmpty() ? any(resources) : any(below);
    }

    private static Optional<String> none(ApiToken changed) {
        assertEquals("tok_", changed.id().substring(0, 4));
        return Optional.empty();
    }

    private ResourcePath ownOf(String id) {
        return authority
                .unpublished()
                .read(tx -> tx.tokens()
                        .find(id)
                        .orElseThrow(() -> Refusal.notFound(id))
                        .resource());
    }

    private boolean good(Held one) {
        return isGood(authority.verifier(), one.value());
    }

    /** Everything that a value may do now, anywhere. */
    private Set<String> strength(String value) {
        Set<String> strength = new HashSet<>();
        for (ResourcePath resource : resources) {
            for (String permission : PERMISSIONS) {
                if (may(authority.verifier(), value, permission, resource)) {
                    strength.add(permission + " on " + resource.name());
                }
            }
        }
        return strength;
    }

    private static void assertWithin(Set<String> most, Set<String> given, String what) {
        Set<String> beyond = new TreeSet<>(given);
        beyond.removeAll(most);
        assertEquals(Set.of(), beyond, what);
    }

    /** Verifiers allow for clocks that differ, which the authority need not. */
    private boolean isWithinTheSkew(Held one) {
        Instant expiry = one.call().claims().expiry();
        Instant now = authority.clock().instant();
        return expiry != null && !now.isBefore(expiry) && now.isBefore(expiry.plus(Duration.ofSeconds(31)));
    }

    private void assertAllAgree(String what) {
        List<String> asked = PERMISSIONS.stream()
                .filter(permission -> random.nextInt(6) == 0)
                .toList();
        authority.unpublished().read(tx -> {
            for (Held each : held) {
                if (isWithinTheSkew(each)) {
                    continue;
                }
                Optional<Caller> caller = identify(tx, each.call());
                assertEquals(good(each), caller.isPresent(), what + ": whether it is good");
                for (ResourcePath resource : caller.isPresent() ? resources : List.<ResourcePath>of()) {
                    for (String permission : asked) {
                        boolean allowed = caller.get().may(permission, resource);
                        if (allowed != may(authority.verifier(), each.value(), permission, resource)) {
                            throw new AssertionError(what + ": " + permission + " on " + resource.name());
                        }
                    }
                }
            }
            return what;
        });
    }

    private Optional<Caller> identify(Transaction tx, Call call) {
        try {
            return Optional.of(authority.access().identify(tx, call));
        } catch (Refusal refusal) {
            assertEquals(Refusal.Code.UNAUTHENTICATED, refusal.code());
            return Optional.empty();
        }
    }
}
