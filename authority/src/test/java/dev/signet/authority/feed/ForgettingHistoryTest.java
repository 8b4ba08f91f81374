package dev.signet.authority.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.tokens.Retry;
import dev.signet.authority.tokens.Tokens;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.verify.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forgetting in the midst of random histories: no verdict differs from what it would be if nothing were forgotten. */
@Timeout(120)
final class ForgettingHistoryTest {
    private static final Duration SKEW = Duration.ofSeconds(30);
    private static final List<Duration> PAUSES = List.of(
            Duration.ofMillis(1),
            Duration.ofSeconds(20),
            Duration.ofMinutes(20),
            Duration.ofHours(1),
            Duration.ofHours(13),
            Duration.ofDays(1));

    @TempDir
    private Path data;

    private TestAuthority authority;
    private ResourcePath organization;
    private ResourcePath workspace;
    private Call owner;
    private final List<Credential> credentials = new ArrayList<>();

    /** A token as it should be. */
    private static final class Credential {
        private final String id;
        private final List<Value> values = new ArrayList<>();
        private Grants grants;
        private boolean deleted;

        Credential(Tokens.WithValue made) {
            this.id = made.token().id();
            this.grants = made.token().grants();
            values.add(new Value(made));
        }
    }

    private static final class Value {
        private final String text;
        private final @Nullable Instant expireTime;
        private Instant notAfter = Instant.MAX;

        Value(Tokens.WithValue made) {
            this.text = made.value();
            this.expireTime = made.token().value().expireTime();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void noVerdictDiffers(long seed) {
        Random random = new Random(seed);
        authority = TestAuthority.open(data, seed);
        try {
            organization = authority.organization();
            owner = authority.owner(organization);
            workspace = authority.workspace(owner, organization);
            Forgetting forgetting = new Forgetting(authority.ledger(), authority.clock());
            for (int step = 0; step < 120; step++) {
                step(random);
                if (random.nextInt(3) == 0) {
                    forgetting.run();
                }
                assertVerdicts("seed " + seed + ", step " + step);
            }
            credentials.stream().filter(each -> !each.deleted).forEach(this::delete);
            authority.clock().advance(Duration.ofDays(30));
            forgetting.run();
            assertVerdicts("seed " + seed + ", at the end");
            assertEquals(Map.of(), part().overrides());
            assertEquals(Map.of(), part().ending());
            assertEquals(
                    credentials.stream()
                            .flatMap(each -> each.values.stream())
                            .filter(value -> value.expireTime == null)
                            .count(),
                    part().revoked().size());
        } finally {
            authority.close();
        }
    }

    private void step(Random random) {
        Tokens tokens = authority.tokens();
        Credential one = credentials.isEmpty() ? null : credentials.get(random.nextInt(credentials.size()));
        int dice = random.nextInt(10);
        if (dice < 3) {
            authority.clock().advance(PAUSES.get(random.nextInt(PAUSES.size())));
        } else if (one == null || one.deleted || dice == 3) {
            credentials.add(new Credential(tokens.create(
                    owner,
                    TestAuthority.newToken(
                            organization,
                            "a token",
                            "",
                            "ORGANIZATION_MEMBER",
                            random.nextInt(4) == 0 ? null : 1 + random.nextInt(3)))));
        } else if (dice < 6) {
            String role = random.nextBoolean() ? "WORKSPACE_OWNER" : "WORKSPACE_MEMBER";
            one.grants = tokens.setGrant(owner, organization.organization(), one.id, workspace, role, null)
                    .value()
                    .grants();
        } else if (dice < 9) {
            Duration grace = random.nextBoolean() ? Duration.ZERO : PAUSES.get(random.nextInt(PAUSES.size()));
            Instant notAfter =
                    grace.isZero() ? Instant.MIN : authority.clock().instant().plus(grace);
            Value last = one.values.get(one.values.size() - 1);
            one.values.forEach(value -> value.notAfter = Instant.MIN);
            last.notAfter = notAfter;
            one.values.add(new Value(tokens.rotate(owner, organization.organization(), one.id, grace, Retry.NEVER)
                    .value()));
        } else {
            delete(one);
        }
    }

    private void delete(Credential one) {
        authority.tokens().delete(owner, organization.organization(), one.id);
        one.deleted = true;
    }

    private void assertVerdicts(String when) {
        Instant now = authority.clock().instant();
        for (Credential each : credentials) {
            for (Value value : each.values) {
                boolean good = !each.deleted
                        // In milliseconds, as verifiers count.
                        && (value.notAfter.equals(Instant.MAX)
                                || (!value.notAfter.equals(Instant.MIN)
                                        && now.toEpochMilli() <= value.notAfter.toEpochMilli()))
                        && (value.expireTime == null || now.isBefore(value.expireTime.plus(SKEW)));
                Verdict verdict = authority.verifier().verify(value.text);
                assertEquals(good, verdict instanceof Verdict.Accepted, () -> when + ": " + verdict);
                if (verdict instanceof Verdict.Accepted accepted) {
                    assertEquals(each.grants, accepted.grants(), when);
                }
            }
        }
        assertEquals(
                authority.unpublished().read(tx -> LedgerTrust.organization(tx, organization.organization())),
                part(),
                when);
    }

    private OrganizationTrust part() {
        return Objects.requireNonNull(authority.publisher().state().organization(organization.organization()));
    }
}
