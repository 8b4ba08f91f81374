package dev.signet.authority.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.tokens.Tokens;
import dev.signet.verifier.token.ResourcePath;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PublishingLedgerTest {
    @TempDir
    private Path folder;

    /** Whoever is told that it failed would do something else; whoever asks again finds it done. */
    @Test
    void whatIsCommittedAndCannotBePublishedIsSaidToBeSo() {
        try (TestAuthority authority = TestAuthority.open(folder)) {
            ResourcePath organization = authority.organization();
            Call owner = authority.owner(organization);
            Tokens.WithValue token = authority.issue(owner, organization, "ORGANIZATION_MEMBER");
            String id = token.token().id();
            authority.publisher().close();
            Refusal refusal =
                    assertThrows(Refusal.class, () -> authority.tokens().delete(owner, organization.id(), id));
            assertEquals(Refusal.Code.UNAVAILABLE, refusal.code());
            assertEquals("NOT_PUBLISHED", refusal.reason());
            assertEquals(
                    "NOT_FOUND",
                    assertThrows(Refusal.class, () -> authority.tokens().get(owner, organization.id(), id))
                            .reason());
        }
    }
}
