package dev.signet.authority;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.authority.keys.KeysConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whoever still goes by a maximum staleness that was announced after the backup is counted with once it is restored. */
final class RestoredCertaintyTest extends RestoringHouse {
    private static final Duration CONFIGURED = Duration.ofSeconds(60);
    private static final Duration LARGEST = Duration.ofHours(24);

    private void serveWith(Duration staleness) {
        authority.close();
        authority = TestAuthority.open(
                TestAuthority.config(config.store().data(), KeysConfig.of(null, null), staleness), clock, 3);
    }

    private void assertCertainIn(Duration expected) {
        try (TestAuthority restored = restored()) {
            assertEquals(expected, certainIn(restored));
        }
    }

    @Test
    void aLargerOneOfWhichTheVerifierKnows() throws IOException {
        backUp();
        serveWith(Duration.ofHours(2));
        keepTrust(List.of(organization));
        takeMasterKey();
        restore(true, trustState, head(authority), false);
        assertCertainIn(LARGEST);
    }

    @Test
    void aLargerOneThatWasSupersededBeforeTheVerifierKeptItsState() throws IOException {
        backUp();
        serveWith(Duration.ofHours(2));
        serveWith(CONFIGURED);
        keepTrust(List.of(organization));
        takeMasterKey();
        restore(true, trustState, head(authority), false);
        assertCertainIn(LARGEST);
    }

    @Test
    void aLargerOneOfWhichNobodyTells() throws IOException {
        backUp();
        serveWith(Duration.ofHours(2));
        takeMasterKey();
        restore(true, null, null, true);
        assertCertainIn(LARGEST);
    }

    @Test
    void whatIsConfiguredWhereNothingElseCanHaveBeenAnnounced() throws IOException {
        backUp();
        authority.issue(owner, organization, OWNER);
        authority.tokens().delete(owner, organization.organization(), owner.subject());
        keepTrust(List.of(organization));
        takeMasterKey();
        restore(true, trustState, head(authority), false);
        assertCertainIn(CONFIGURED);
    }
}
