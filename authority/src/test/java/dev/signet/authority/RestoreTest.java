package dev.signet.authority;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.access.Call;
import dev.signet.authority.errors.Refusal.Code;
import dev.signet.authority.feed.LedgerTrust;
import dev.signet.authority.store.TokenQuery;
import dev.signet.authority.tokens.ApiKeys;
import dev.signet.authority.tokens.Retry;
import dev.signet.authority.tokens.Tokens;
import dev.signet.verifier.token.ResourcePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What was revoked after a backup stays revoked once that is restored, or nothing is served. */
final class RestoreTest extends RestoringHouse {
    @Test
    void nothingIsServedBeforeSomebodyDecides() throws IOException {
        backUp();
        takeMasterKey();
        restore(true, null, null, false);
        String message = refused(this::restored);
        assertTrue(message.contains("--trust-state") && message.contains("--raise-epochs"), message);
        assertTrue(refused(() -> Authority.resetPlatformToken(elsewhere)).contains("--raise-epochs"));

        restore(false, null, null, true);
        restored().close();
        assertTrue(refused(() -> restore(false, null, null, true)).contains("no ledger that waits"));
    }

    @Test
    void withRaisedEpochsEverythingOlderIsRefused() throws IOException {
        Tokens.WithValue old = authority.issue(owner, organization, OWNER);
        ApiKeys.WithSecret key = apiKey();
        String platform = authority.platformText();
        long headBefore = head(authority);
        backUp();
        Tokens.WithValue later = authority.issue(owner, organization, OWNER);
        authority
                .tokens()
                .delete(owner, organization.organization(), old.token().id());
        takeMasterKey();

        restore(true, null, null, true);

        try (TestAuthority restored = restored()) {
            assertNotEquals(authority.ledger().id(), restored.ledger().id());
            assertTrue(head(restored) > headBefore + 1_000_000_000L);
            for (String value :
                    List.of(old.value(), later.value(), owner.credential().text(), platform)) {
                assertFalse(Verdicts.isGood(restored.verifier(), value));
            }
            assertFalse(isExchanged(restored, key));
            Call fresh = restored.owner(organization);
            assertTrue(restored.apiKeys().get(fresh, deployment, key.key().id()).disabled());
            restored.apiKeys().enable(fresh, deployment, key.key().id());
            assertTrue(isExchanged(restored, key));
            assertEquals(
                    Duration.ofHours(24),
                    restored.ledger().read(LedgerTrust::largestStaleness).ofAll());
            isIntact(restored, fresh);
        }
    }

    @Test
    void withWhatAVerifierKnowsTheRevokedIsRefusedAndTheRestWorksOn() throws IOException {
        Tokens.WithValue kept = authority.issue(owner, organization, OWNER);
        Tokens.WithValue deleted = authority.issue(owner, organization, OWNER);
        Tokens.WithValue demoted = authority.issue(owner, organization, OWNER);
        Tokens.WithValue rotated = authority.issue(owner, organization, OWNER);
        ApiKeys.WithSecret keptKey = apiKey();
        ApiKeys.WithSecret deletedKey = apiKey();
        String org = organization.organization();
        backUp();
        Tokens.WithValue later = authority.issue(owner, organization, OWNER);
        authority.tokens().delete(owner, org, deleted.token().id());
        authority
                .tokens()
                .update(
                        owner,
                        org,
                        demoted.token().id(),
                        null,
                        null,
                        Map.of(organization, "ORGANIZATION_MEMBER"),
                        null);
        authority.tokens().rotate(owner, org, rotated.token().id(), Duration.ZERO, Retry.NEVER);
        authority.apiKeys().delete(owner, deployment, deletedKey.key().id());
        long acknowledged = head(authority);
        keepTrust(List.of(organization));
        takeMasterKey();

        restore(true, trustState, acknowledged, false);

        try (TestAuthority restored = restored()) {
            assertTrue(Verdicts.isGood(restored.verifier(), kept.value()));
            assertTrue(Verdicts.isGood(restored.verifier(), demoted.value()));
            assertTrue(isExchanged(restored, keptKey));
            for (String value : List.of(deleted.value(), rotated.value(), later.value())) {
                assertFalse(Verdicts.isGood(restored.verifier(), value));
            }
            assertFalse(isExchanged(restored, deletedKey));
            Call by = restored.verified(kept.value());
            assertEquals(
                    List.of("ORGANIZATION_MEMBER"),
                    restored.tokens()
                            .get(by, org, demoted.token().id())
                            .grants()
                            .on(org));
            Verdicts.refused(
                    Code.NOT_FOUND,
                    () -> restored.tokens().get(by, org, deleted.token().id()));
            Verdicts.refused(
                    Code.NOT_FOUND,
                    () -> restored.apiKeys()
                            .get(by, deployment, deletedKey.key().id()));
            isIntact(restored, by);
            // What is made from here on is good.
            assertTrue(Verdicts.isGood(
                    restored.verifier(), restored.issue(by, organization, OWNER).value()));
        }
    }

    @Test
    void aTrustStateThatDoesNotSayEnoughIsRefusedAndAnotherCanBeGiven() throws IOException {
        ResourcePath other = authority.organization();
        backUp();
        keepTrust(List.of(organization));
        authority.issue(owner, organization, OWNER);
        authority.tokens().delete(owner, organization.organization(), owner.subject());
        takeMasterKey();
        restore(true, null, null, false);

        assertTrue(refused(() -> restore(false, trustState, head(authority), false))
                .contains("reaches revision"));
        assertTrue(refused(() -> restore(false, trustState, 1L, false)).contains(other.organization()));
        byte[] changed = Files.readAllBytes(trustState);
        changed[changed.length - 1] ^= 1;
        Path forged = Files.write(folder.resolve("forged"), changed);
        assertTrue(refused(() -> restore(false, forged, 1L, true)).startsWith("trust-state"));
        assertTrue(refused(() -> restore(false, backup, 1L, true)).startsWith("trust-state"));

        keepTrust(List.of(organization, other));
        restore(false, trustState, head(authority), false);
        restored().close();
    }

    @Test
    void partsOfWhichTheVerifierKnowsNothingAreEndedWhereThatIsAskedFor() throws IOException {
        ResourcePath other = authority.organization();
        String elsewhereOwner =
                authority.issue(authority.platform(), other, OWNER).value();
        backUp();
        keepTrust(List.of(organization));
        takeMasterKey();
        restore(true, trustState, head(authority), true);
        try (TestAuthority restored = restored()) {
            assertTrue(Verdicts.isGood(restored.verifier(), owner.credential().text()));
            assertFalse(Verdicts.isGood(restored.verifier(), elsewhereOwner));
        }
    }

    @Test
    void withoutTheMasterKeyNothingIsDecided() throws IOException {
        backUp();
        assertTrue(refused(() -> restore(true, null, null, true)).startsWith("master-key-file"));
        takeMasterKey();
        restore(false, null, null, true);
        restored().close();
    }

    @Test
    void whatIsNoWholeBackupIsRefusedBeforeAnythingIsMade() throws IOException {
        backUp();
        byte[] whole = Files.readAllBytes(backup);
        for (int length : new int[] {0, 10, whole.length / 2, whole.length - 1}) {
            Files.write(backup, Arrays.copyOf(whole, length));
            assertTrue(refused(() -> restore(true, null, null, true)).startsWith("file"));
        }
        for (int at = 20; at < whole.length; at += whole.length / 20) {
            byte[] changed = whole.clone();
            changed[at] ^= 1;
            Files.write(backup, changed);
            assertTrue(refused(() -> restore(true, null, null, true)).startsWith("file"));
        }
        assertFalse(Files.exists(elsewhere.store().data()));
        Files.write(backup, whole);
        restore(true, null, null, false);
        assertTrue(refused(() -> restore(true, null, null, false)).contains("holds a ledger already"));
    }

    @Test
    void aBackupTakenWhileOthersWriteIsOfOneMoment() throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        ExecutorService writers = Executors.newFixedThreadPool(3);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                running.add(writers.submit(() -> {
                    while (!ended.get()) {
                        String id = authority
                                .issue(owner, organization, OWNER)
                                .token()
                                .id();
                        authority.tokens().delete(owner, organization.organization(), id);
                    }
                }));
            }
            for (int i = 0; i < 5; i++) {
                long before = head(authority);
                backUp();
                assertTrue(head(authority) >= before);
            }
            ended.set(true);
            for (Future<?> each : running) {
                each.get();
            }
        } finally {
            writers.shutdownNow();
        }
        takeMasterKey();
        restore(true, null, null, true);
        try (TestAuthority restored = restored()) {
            Call by = restored.owner(organization);
            isIntact(restored, by);
            long[] counts = new long[2];
            restored.auditEvents(by, organization, Instant.EPOCH, Instant.parse("9000-01-01T00:00:00Z"))
                    .forEach(event -> {
                        counts[0] += event.event().action().equals("token.create") ? 1 : 0;
                        counts[1] += event.event().action().equals("token.delete") ? 1 : 0;
                    });
            long tokens = restored.tokens()
                    .list(
                            by,
                            new TokenQuery(
                                    organization.organization(),
                                    null,
                                    null,
                                    null,
                                    TokenQuery.Order.CREATE_TIME,
                                    false,
                                    null,
                                    1_000),
                            null)
                    .size();
            // The log and the tokens are of the same moment: what was made and not deleted is there, and nothing else.
            assertEquals(counts[0] - counts[1], tokens);
        }
    }
}
