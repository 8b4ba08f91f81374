package dev.signet.authority.tokens;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.FakeClock;
import dev.signet.authority.ForwardingLedger;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.Verdicts;
import dev.signet.authority.access.Call;
import dev.signet.authority.keys.SigningKey;
import dev.signet.authority.store.EndedValue;
import dev.signet.authority.store.IssuedValue;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.verify.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lists that anybody can read, beside what the verifier says. */
final class StatusListsTest {
    private static final int MANY = 100_000;

    @TempDir
    private Path data;

    private final AtomicInteger reads = new AtomicInteger();
    private TestAuthority authority;
    private StatusLists lists;
    private ResourcePath organization;
    private Call owner;

    @BeforeEach
    void open() {
        authority = TestAuthority.open(
                TestAuthority.config(data),
                new FakeClock(),
                1,
                (config, codec, ids) -> new ForwardingLedger(TestAuthority.ledger(config, codec, ids)) {
                    @Override
                    public <T> T read(Function<Transaction, T> work) {
                        reads.incrementAndGet();
                        return super.read(work);
                    }
                });
        lists = new StatusLists(
                authority.ledger(),
                authority.publisher().state(),
                authority.publisher()::exists,
                TestAuthority.config(data).tokens(),
                authority.minter(),
                authority.clock());
        organization = authority.organization();
        owner = authority.owner(organization);
    }

    @AfterEach
    void close() {
        authority.close();
    }

    private StatusLists.Edition edition() {
        return lists.current(organization.organization()).orElseThrow();
    }

    private StatusListReader read() {
        return new StatusListReader(edition().signed());
    }

    private String value(SigningKey signer, int index, long revision, Instant now) {
        return authority
                .minter()
                .mint(
                        signer,
                        authority.ids().next(IdType.TOKEN),
                        Kind.ORGANIZATION,
                        organization.organization(),
                        Grants.of(organization.id(), "ORGANIZATION_MEMBER"),
                        new IssuedValue(
                                authority.ids().nextValueId(),
                                index,
                                signer.id(),
                                revision,
                                TestAuthority.AUDIENCE,
                                now,
                                now.plus(Duration.ofDays(30))))
                .text();
    }

    /** A third has ended, and of some the grace is over or not. */
    @Test
    void theListAgreesWithTheVerifierOnManyIndexes() {
        Random random = new Random(8);
        String org = organization.organization();
        Instant now = authority.clock().instant();
        int first = authority.ledger().reserveIndexes(org, MANY);
        List<EndedValue> ended = new ArrayList<>();
        for (int index = first; index < first + MANY; index++) {
            if (random.nextInt(3) == 0) {
                ended.add(new EndedValue(index, now.plus(Duration.ofDays(60))));
            }
        }
        authority.ledger().write(tx -> {
            tx.revoke(org, ended);
            for (int index = first; index < first + 200; index++) {
                tx.revoke(org, new EndedValue(index, now.plus(Duration.ofDays(60))), now.plusSeconds(index % 2 * 600L));
            }
            return org;
        });
        authority.clock().advance(Duration.ofMinutes(5));
        long head = authority.ledger().read(tx -> tx.trust().head());
        SigningKey signer = authority.ledger().read(tx -> authority.minter().signer(tx));
        StatusListReader list = read();
        int revoked = 0;
        for (int index = first; index < first + MANY; index++) {
            Verdict verdict = authority.verifier().verify(value(signer, index, head, now));
            boolean isGood = verdict instanceof Verdict.Accepted;
            assertTrue(
                    isGood || ((Verdict.Rejected) verdict).reason() == Verdict.Reason.REVOKED,
                    "index " + index + ": " + verdict);
            assertEquals(isGood ? 0 : 1, list.status(index), "index " + index);
            revoked += isGood ? 0 : 1;
        }
        assertTrue(revoked > MANY / 4 && revoked < MANY / 2, "ended are " + revoked);
        assertTrue(list.size() > first + MANY + 50_000, "there is room for what comes");
    }

    @Test
    void theTokenIsWhatTheDraftSays() {
        Tokens.WithValue issued = authority.issue(owner, organization, "ORGANIZATION_MEMBER");
        var claims = authority.verified(issued.value()).claims();
        StatusListReader list = read();
        assertEquals("statuslist+jwt", list.header().get("typ").getAsString());
        assertEquals(claims.statusUri(), list.claims().get("sub").getAsString());
        assertEquals(TestAuthority.ISSUER, list.claims().get("iss").getAsString());
        assertEquals(30, list.claims().get("ttl").getAsInt());
        assertEquals(
                60,
                list.claims().get("exp").getAsLong() - list.claims().get("iat").getAsLong());
        assertEquals(0, list.status(claims.statusIndex()));
        authority
                .tokens()
                .delete(owner, organization.organization(), issued.token().id());
        assertEquals(1, read().status(claims.statusIndex()));
    }

    /** A status list is signed by the key of the tokens, and must never pass for one. */
    @Test
    void aListIsNoToken() {
        assertEquals(
                Verdict.Reason.MALFORMED,
                Verdicts.reason(authority.verifier(), edition().signed()));
    }

    @Test
    void whatAnEpochEndedIsInTheList() {
        int before = authority
                .verified(authority
                        .issue(owner, organization, "ORGANIZATION_MEMBER")
                        .value())
                .claims()
                .statusIndex();
        authority.directory().revokeAll(authority.platform(), organization);
        Call successor = authority.owner(organization);
        StatusListReader list = read();
        assertEquals(1, list.status(before));
        assertEquals(1, list.status(owner.claims().statusIndex()));
        assertEquals(0, list.status(successor.claims().statusIndex()));
    }

    /** The grace of a value does not outlast what ends everything. */
    @Test
    void whatAnEpochEndedHasNoGraceInTheList() {
        Tokens.WithValue rotatedBefore = authority.issue(owner, organization, "ORGANIZATION_MEMBER");
        rotate(owner, rotatedBefore);
        Tokens.WithValue rotatedAfter = authority.issue(owner, organization, "ORGANIZATION_MEMBER");
        authority.directory().revokeAll(authority.platform(), organization);
        rotate(authority.owner(organization), rotatedAfter);
        StatusListReader list = read();
        for (Tokens.WithValue ended : List.of(rotatedBefore, rotatedAfter)) {
            assertFalse(Verdicts.isGood(authority.verifier(), ended.value()));
            assertEquals(1, list.status(ended.token().value().index()));
        }
    }

    private void rotate(Call by, Tokens.WithValue token) {
        var unused = authority
                .tokens()
                .rotate(by, organization.organization(), token.token().id(), Duration.ofHours(1), Retry.NEVER);
    }

    /** As where an installation was restored without anything that is newer than its backup. */
    @Test
    void whatTheEpochOfTheInstallationEndedIsInEveryList() {
        Call platform = authority.platform();
        authority.ledger().write(tx -> {
            tx.raiseEpoch(TrustPart.INSTALLATION);
            return organization;
        });
        assertEquals(
                Verdict.Reason.EPOCH,
                Verdicts.reason(authority.verifier(), owner.credential().text()));
        assertEquals(
                Verdict.Reason.EPOCH,
                Verdicts.reason(authority.verifier(), platform.credential().text()));
        assertEquals(1, read().status(owner.claims().statusIndex()));
        StatusListReader operators =
                new StatusListReader(lists.current("installation").orElseThrow().signed());
        assertEquals(1, operators.status(platform.claims().statusIndex()));
    }

    /** Anybody may ask, so whoever asks often must cost little: neither the store nor a signature. */
    @Test
    void aListIsMadeOnceForAllWhoAsk() {
        String first = edition().signed();
        int before = reads.get();
        for (int time = 0; time < 100; time++) {
            assertEquals(first, edition().signed());
        }
        assertEquals(before, reads.get());
        authority.clock().advance(Duration.ofSeconds(30));
        assertNotEquals(first, edition().signed());
    }

    @Test
    void theStoreIsNotAskedForWhatNeverWas() {
        int before = reads.get();
        for (int time = 0; time < 100; time++) {
            assertEquals(Optional.empty(), lists.current(authority.ids().next(IdType.ORGANIZATION)));
        }
        assertEquals(before, reads.get());
    }

    /** What is kept is made anew with the end of a grace, which is no change of the trust state. */
    @Test
    void aGraceThatIsOverIsInTheNextAnswer() {
        Tokens.WithValue token = authority.issue(owner, organization, "ORGANIZATION_MEMBER");
        authority
                .tokens()
                .rotate(owner, organization.organization(), token.token().id(), Duration.ofSeconds(2), Retry.NEVER);
        int index = token.token().value().index();
        assertEquals(0, read().status(index));
        authority.clock().advance(Duration.ofSeconds(2));
        assertEquals(0, read().status(index));
        String version = edition().version();
        authority.clock().advance(Duration.ofMillis(2));
        assertEquals(1, read().status(index));
        assertNotEquals(version, edition().version());
    }

    @Test
    void aDeletedOrganizationHasNothingThatIsGood() {
        authority.directory().deleteOrganization(authority.platform(), organization);
        assertEquals(1, read().status(owner.claims().statusIndex()));
        assertEquals(1, read().status(7_000));
    }

    @Test
    void theOperatorsTokensHaveAListToo() {
        StatusListReader list =
                new StatusListReader(lists.current("installation").orElseThrow().signed());
        assertEquals(
                authority.platform().claims().statusUri(),
                list.claims().get("sub").getAsString());
        assertEquals(0, list.status(authority.platform().claims().statusIndex()));
    }

    @Test
    void aListThatIsNot() {
        assertEquals(Optional.empty(), lists.current("org_01h455vb4pex5vsknk084sn02q"));
        assertEquals(Optional.empty(), lists.current(""));
        assertEquals(Optional.empty(), lists.current("wsp_01h455vb4pex5vsknk084sn02q"));
    }

    @Test
    void theVersionChangesWithWhatIsSaid() {
        String before = edition().version();
        assertEquals(before, edition().version());
        authority
                .tokens()
                .delete(
                        owner,
                        organization.organization(),
                        authority
                                .issue(owner, organization, "ORGANIZATION_MEMBER")
                                .token()
                                .id());
        String after = edition().version();
        assertNotEquals(before, after);
        authority.clock().advance(Duration.ofSeconds(30));
        assertNotEquals(after, edition().version(), "as it expires");
    }
}
