package dev.signet.authority.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.ResourcePath;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What verifiers report comes from whoever may watch an organization, in whatever words. */
final class LastUseTest {
    /** Whoever may watch one organization can make credentials of it up, and must not crowd out the others. */
    @Test
    void oneOrganizationLeavesRoomForOthers(@TempDir Path data) {
        try (TestAuthority authority = TestAuthority.open(data)) {
            ResourcePath organization = authority.organization();
            Call owner = authority.owner(organization);
            ResourcePath loud = authority.organization();
            Instant now = authority.clock().instant();
            LastUse uses = authority.lastUse();
            for (int i = 0; i < 100_000; i++) {
                uses.report(loud.id(), authority.ids().next(IdType.TOKEN), now);
            }
            uses.report(organization.id(), owner.subject(), now);
            uses.write();
            assertEquals(
                    now,
                    authority
                            .tokens()
                            .get(owner, organization.id(), owner.subject())
                            .lastUsedTime());
        }
    }

    @Test
    void whatIsNoCredentialTakesUpNoRoom(@TempDir Path data) {
        try (TestAuthority authority = TestAuthority.open(data)) {
            ResourcePath organization = authority.organization();
            Call owner = authority.owner(organization);
            Instant now = authority.clock().instant();
            LastUse uses = authority.lastUse();
            for (int i = 0; i < 100_000; i++) {
                uses.report(organization.id(), "tok_" + i, now);
            }
            uses.report(organization.id(), owner.subject(), now);
            uses.write();
            assertEquals(
                    now,
                    authority
                            .tokens()
                            .get(owner, organization.id(), owner.subject())
                            .lastUsedTime());
        }
    }
}
