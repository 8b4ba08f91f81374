package dev.signet.authority;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.signet.authority.access.Call;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.errors.Refusal.Code;
import dev.signet.authority.feed.CommittedChange;
import dev.signet.authority.tokens.ApiKeys;
import dev.signet.authority.tokens.Retry;
import dev.signet.v1.KeptPong;
import dev.signet.v1.KeptTrustState;
import dev.signet.v1.Pong;
import dev.signet.v1.SignedStatement;
import dev.signet.v1.Statement;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.feed.PartDigests;
import dev.signet.verifier.feed.SignedStatements;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.TrustPart;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An authority that is backed up, goes on for a while, and comes back elsewhere as it was at the backup. */
@Timeout(120)
abstract class RestoringHouse {
    static final String OWNER = "ORGANIZATION_OWNER";
    private static final Instant FAR = Instant.parse("9000-01-01T00:00:00Z");

    @TempDir
    Path folder;

    final FakeClock clock = new FakeClock();
    AuthorityConfig config;
    AuthorityConfig elsewhere;
    Path backup;
    Path trustState;
    TestAuthority authority;
    ResourcePath organization;
    ResourcePath deployment;
    Call owner;

    @BeforeEach
    void open() {
        // Restoring goes by the clock of the machine.
        clock.advance(Duration.between(clock.instant(), Instant.now()));
        config = TestAuthority.config(folder.resolve("data"));
        elsewhere = TestAuthority.config(folder.resolve("elsewhere"));
        backup = folder.resolve("backup");
        trustState = folder.resolve("trust-state");
        authority = TestAuthority.open(config, clock, 1);
        organization = authority.organization();
        owner = authority.owner(organization);
        deployment = authority.deployment(owner, authority.workspace(owner, organization));
    }

    @AfterEach
    void close() {
        authority.close();
    }

    void backUp() {
        try (OutputStream out = Files.newOutputStream(backup)) {
            authority.ledger().backUp(out);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** What a verifier of these parts has on its disk by now. */
    void keepTrust(List<ResourcePath> organizations) throws IOException {
        List<TrustPart> parts = new ArrayList<>();
        parts.add(Objects.requireNonNull(authority.publisher().state().installation()));
        organizations.forEach(each ->
                parts.add(Objects.requireNonNull(authority.publisher().state().organization(each.organization()))));
        PartDigests digests = new PartDigests();
        ByteString statement = Statement.newBuilder()
                .setLedgerId(authority.ledger().id())
                .setPong(Pong.newBuilder()
                        .setHead(head(authority))
                        .setAuthorityTime(Timestamp.newBuilder()
                                .setSeconds(clock.instant().getEpochSecond()))
                        .addAllParts(parts.stream().map(digests::of).toList()))
                .build()
                .toByteString();
        KeptTrustState.Builder state = KeptTrustState.newBuilder()
                .setFeedKey(authority.feedSigner().key())
                .setPong(KeptPong.newBuilder()
                        .setPong(SignedStatement.newBuilder()
                                .setStatement(statement)
                                .setSignature(ByteString.copyFrom(
                                        authority.feedSigner().sign(SignedStatements.input(statement))))));
        parts.forEach(part -> state.addParts(authority.codec().encode(part)));
        Files.write(trustState, state.build().toByteArray());
    }

    static long head(TestAuthority authority) {
        return authority.ledger().read(tx -> tx.trust().head());
    }

    void takeMasterKey() throws IOException {
        Path target = elsewhere.store().data();
        Files.createDirectories(target);
        Files.copy(
                config.store().data().resolve("master-key"),
                target.resolve("master-key"),
                StandardCopyOption.COPY_ATTRIBUTES);
    }

    void restore(boolean withFile, Path newer, Long through, boolean raise) {
        Keeping.restore(
                elsewhere,
                new RestoreConfig(
                        withFile ? backup : null, newer == null ? List.of() : List.of(newer), through, raise));
    }

    TestAuthority restored() {
        clock.advance(Duration.between(clock.instant(), Instant.now()));
        return TestAuthority.open(elsewhere, clock, 2);
    }

    ApiKeys.WithSecret apiKey() {
        return authority.apiKeys().create(owner, deployment, "a key", "", Retry.NEVER);
    }

    static boolean isExchanged(TestAuthority authority, ApiKeys.WithSecret key) {
        try {
            String value = authority
                    .apiKeys()
                    .exchange(key.key().id(), key.secret(), "")
                    .value();
            return Verdicts.isGood(authority.verifier(), value);
        } catch (Refusal e) {
            assertEquals(Code.UNAUTHENTICATED, e.code());
            return false;
        }
    }

    static String refused(Runnable start) {
        return String.valueOf(
                assertThrows(InvalidConfiguration.class, start::run).getMessage());
    }

    void isIntact(TestAuthority restored, Call by) {
        assertTrue(restored.audit().verify(by, organization).isIntact());
        List<String> actions = new ArrayList<>();
        restored.auditEvents(by, organization, Instant.EPOCH, FAR)
                .forEach(event -> actions.add(event.event().action()));
        assertTrue(actions.contains("ledger.restore"), actions::toString);
    }

    /** For how long a verifier may go on without a change that is made now. */
    static Duration certainIn(TestAuthority restored) {
        Instant now = restored.clock().instant();
        return restored.publisher()
                .awaitPropagation(new CommittedChange(TrustPart.INSTALLATION, 1, now, now), Duration.ZERO)
                .join()
                .certainIn();
    }
}
