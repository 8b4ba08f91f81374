package dev.signet.authority.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.RoleCatalogue;
import dev.signet.authority.store.RecordedChange;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.trust.Roles;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BaselineTest {
    private static final Roles ROLES = RoleCatalogue.builtIn();
    private static final TrustPolicy POLICY = new TrustPolicy(Duration.ofSeconds(60));

    @TempDir
    private Path data;

    private TestAuthority authority;

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
    }

    @AfterEach
    void close() {
        authority.close();
    }

    /** What is announced, where these are the roles and the policy. */
    private List<TrustChange> announced(Roles roles, TrustPolicy policy) {
        long before = authority.unpublished().read(tx -> tx.trust().head());
        authority.ledger().write(tx -> {
            Baseline.announce(tx, roles, policy);
            return tx;
        });
        return authority.unpublished().read(tx -> tx.trust().of(TrustPart.INSTALLATION, before, 10)).stream()
                .map(RecordedChange::change)
                .toList();
    }

    @Test
    void theFirstStartAnnouncesTheRoles() {
        assertEquals(ROLES, authority.publisher().state().installation().roles());
        assertEquals(POLICY, authority.publisher().state().installation().policy());
    }

    @Test
    void whatIsAsItWasIsNotAnnouncedAgain() {
        assertEquals(List.of(), announced(ROLES, POLICY));
    }

    @Test
    void whatDiffersIs() {
        TrustPolicy stricter = new TrustPolicy(Duration.ofSeconds(5));
        assertEquals(List.of(new TrustChange.PolicyChanged(stricter)), announced(ROLES, stricter));
        assertEquals(List.of(), announced(ROLES, stricter));
        Map<String, Set<String>> more = new HashMap<>(ROLES.permissions());
        more.put("WORKSPACE_VISITOR", Set.of("workspace.get"));
        Roles roles = new Roles(more);
        assertEquals(List.of(new TrustChange.RolesReplaced(roles)), announced(roles, stricter));
        assertEquals(
                List.of(new TrustChange.RolesReplaced(ROLES), new TrustChange.PolicyChanged(POLICY)),
                announced(ROLES, POLICY));
    }

    @Test
    void anAudiencesStalenessIsLargerAndAtMost24Hours() {
        Duration plain = Duration.ofSeconds(60);
        for (Duration good : List.of(plain.plusMillis(1), Duration.ofHours(24))) {
            assertEquals(
                    new TrustPolicy(plain, Map.of("batch", good)),
                    new FeedConfig(plain, Map.of("batch", good)).policy());
        }
        for (Duration bad : List.of(Duration.ZERO, plain, Duration.ofHours(24).plusMillis(1))) {
            assertEquals(
                    "audience-staleness",
                    assertThrows(InvalidConfiguration.class, () -> new FeedConfig(plain, Map.of("batch", bad)))
                            .key());
        }
    }

    @Test
    void anAudiencesStalenessIsAnnounced() {
        TrustPolicy laxer = new TrustPolicy(Duration.ofSeconds(60), Map.of("batch", Duration.ofMinutes(5)));
        assertEquals(List.of(new TrustChange.PolicyChanged(laxer)), announced(ROLES, laxer));
        assertEquals(List.of(), announced(ROLES, laxer));
        assertEquals(laxer, authority.publisher().state().installation().policy());
        assertEquals(List.of(new TrustChange.PolicyChanged(POLICY)), announced(ROLES, POLICY));
    }

    @Test
    void stalenessIsFrom1SecondTo24Hours() {
        for (Duration good : List.of(Duration.ofSeconds(1), Duration.ofHours(24))) {
            assertEquals(good, new FeedConfig(good).maximumStaleness());
        }
        for (Duration bad : List.of(Duration.ofMillis(999), Duration.ofHours(24).plusNanos(1), Duration.ZERO)) {
            assertEquals(
                    "maximum-staleness",
                    assertThrows(InvalidConfiguration.class, () -> new FeedConfig(bad))
                            .key());
        }
    }
}
