package dev.signet.authority;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.access.Call;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.Ledger.Committed;
import dev.signet.authority.store.Transaction;
import dev.signet.authority.tokens.Retry;
import dev.signet.verifier.token.ResourcePath;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever names what is another organization's as if it were of its own is refused before it locks any of it: on a server
 * that many share, it could hold up the others' rotations and revocations.
 */
final class LocksOfOthersTest {
    @TempDir
    private Path data;

    private final Set<String> locked = new TreeSet<>();
    private TestAuthority authority;

    /** The store, with a note of every subject that is locked. */
    private final class Noting implements TestAuthority.Surrounding {
        @Override
        public Ledger published(Ledger published) {
            return new ForwardingLedger(published) {
                @Override
                public <T> Committed<T> write(Function<Transaction, T> work) {
                    return super.write(tx -> work.apply(noting(tx)));
                }
            };
        }
    }

    private Transaction noting(Transaction tx) {
        return (Transaction) Proxy.newProxyInstance(
                Transaction.class.getClassLoader(), new Class<?>[] {Transaction.class}, (proxy, method, arguments) -> {
                    if (method.getName().startsWith("lock")) {
                        for (Object argument : arguments) {
                            note(argument);
                        }
                    }
                    try {
                        return method.invoke(tx, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void note(Object subjects) {
        if (subjects instanceof Collection<?> several) {
            several.forEach(this::note);
        } else {
            locked.add((String) subjects);
        }
    }

    @BeforeEach
    void open() {
        authority = TestAuthority.open(TestAuthority.config(data), new FakeClock(), 1, new Noting());
    }

    @AfterEach
    void close() {
        authority.close();
    }

    private String person(Call owner, ResourcePath organization) {
        return authority
                .people()
                .invite(owner, organization.id(), "a@example.org", "ORGANIZATION_MEMBER")
                .id();
    }

    private String apiKey(Call owner, ResourcePath deployment) {
        return authority
                .apiKeys()
                .create(owner, deployment, "a key", "", Retry.NEVER)
                .key()
                .id();
    }

    @Test
    void whatIsNamedIsOnlyLockedWhereItIsTheirOwn() {
        ResourcePath organization = authority.organization();
        Call owner = authority.owner(organization);
        ResourcePath workspace = authority.workspace(owner, organization);
        ResourcePath deployment = authority.deployment(owner, workspace);
        ResourcePath other = authority.organization();
        Call victim = authority.owner(other);
        ResourcePath theirs = authority.deployment(victim, authority.workspace(victim, other));

        Map<String, Executable> tries =
                tries(owner, workspace, deployment, person(victim, other), apiKey(victim, theirs), victim.subject());
        tries.forEach((what, work) -> {
            locked.clear();
            Refusal refusal = assertThrows(Refusal.class, work, what);
            assertEquals(Refusal.Code.NOT_FOUND, refusal.code(), what);
            assertTrue(Set.of(owner.subject()).containsAll(locked), what + " locks " + locked);
        });

        // The same of their own is locked, or there would be nothing to see here.
        String person = person(owner, organization);
        String key = apiKey(owner, deployment);
        Set<String> seen = new TreeSet<>();
        for (Executable work : List.<Executable>of(
                () -> authority.people().setGrant(owner, organization.id(), person, workspace, "WORKSPACE_MEMBER"),
                () -> authority.apiKeys().update(owner, deployment, key, "another", null, null),
                () -> authority
                        .tokens()
                        .update(owner, organization.id(), owner.subject(), "another", null, null, null))) {
            locked.clear();
            assertDoesNotThrow(work);
            seen.addAll(locked);
        }
        assertEquals(new TreeSet<>(List.of(person, key, owner.subject())), seen);
    }

    private Map<String, Executable> tries(
            Call by, ResourcePath workspace, ResourcePath deployment, String person, String key, String token) {
        String own = workspace.organization();
        Map<String, Executable> tries = new LinkedHashMap<>();
        tries.put("setGrant", () -> authority.people().setGrant(by, own, person, workspace, "WORKSPACE_MEMBER"));
        tries.put("removeGrant", () -> authority.people().removeGrant(by, own, person, workspace));
        tries.put("remove", () -> authority.people().remove(by, own, person));
        tries.put("createUserToken", () -> authority.userTokens().create(by, own, person, Duration.ofHours(1)));
        tries.put("updateApiKey", () -> authority.apiKeys().update(by, deployment, key, "x", null, null));
        tries.put("enableApiKey", () -> authority.apiKeys().enable(by, deployment, key));
        tries.put("deleteApiKey", () -> authority.apiKeys().delete(by, deployment, key));
        tries.put("updateToken", () -> authority.tokens().update(by, own, token, "x", null, null, null));
        tries.put(
                "setTokenGrant",
                () -> authority.tokens().setGrant(by, own, token, workspace, "WORKSPACE_MEMBER", null));
        tries.put("removeTokenGrant", () -> authority.tokens().removeGrant(by, own, token, workspace));
        tries.put("rotate", () -> authority.tokens().rotate(by, own, token, Duration.ZERO, Retry.NEVER));
        tries.put("deleteToken", () -> authority.tokens().delete(by, own, token));
        return tries;
    }
}
