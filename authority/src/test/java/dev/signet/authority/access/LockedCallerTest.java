package dev.signet.authority.access;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.FakeClock;
import dev.signet.authority.NotedLocks;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.store.StoredRole;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.CustomRole;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever changes something is locked before the store is asked what they may do: that could end before the commit. */
final class LockedCallerTest {
    @TempDir
    private Path data;

    @Test
    void whoeverChangesRolesIsLockedBefore() {
        NotedLocks locks = new NotedLocks();
        try (TestAuthority authority = TestAuthority.open(TestAuthority.config(data), new FakeClock(), 1, locks)) {
            ResourcePath organization = authority.organization();
            Call owner = authority.owner(organization);
            CustomRoles roles = authority.customRoles();
            CustomRole logs = new CustomRole(Set.of("deployment.logs.get"), Set.of());
            assertLocked(owner, locks.before(() -> roles.create(owner, organization.id(), "a role", "", logs)));
            StoredRole role = roles.list(owner, organization.id(), "", 1).get(0);
            assertLocked(
                    owner,
                    locks.before(() ->
                            roles.update(owner, organization.id(), role.id(), "another", null, null, null, null)));
            assertLocked(owner, locks.before(() -> roles.delete(owner, organization.id(), role.id())));
        }
    }

    private static void assertLocked(Call caller, List<String> locked) {
        assertTrue(locked.contains(caller.subject()), () -> "locked before are " + locked);
    }
}
