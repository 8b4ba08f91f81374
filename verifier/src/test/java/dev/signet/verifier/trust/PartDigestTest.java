package dev.signet.verifier.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.VerificationKeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Equal parts have equal digests, and others have others. */
class PartDigestTest {
    private static final String ID = "org_01hzxa";
    private static final TrustCodec CODEC = new TrustCodec(new VerificationKeys());

    private final OrganizationTrust organization = new OrganizationTrust(
            ID,
            77,
            Freshness.NEVER,
            Indexes.of(3, 70_000, 1 << 20, Integer.MAX_VALUE)
                    .with(Indexes.of(IntStream.range(0, 10_000).map(i -> i * 3).toArray())),
            Map.of(18, 0L, 17, 1_700_000_000_123L),
            Map.of(
                    "tok_b",
                    override(4, new Grants(Map.of("wsp_2", List.of("B", "A"), "wsp_1", List.of("A")))),
                    "tok_a",
                    override(6, Grants.NONE)),
            Map.of("rol_1", new CustomRole(Set.of("deployment.get", "deployment.delete"), Set.of("wsp_9"))),
            5,
            true);

    private static final InstallationTrust INSTALLATION = new InstallationTrust(
            9,
            Freshness.NEVER,
            Map.of(
                    "kid-1",
                    new TrustedKey(
                            new VerificationKeys()
                                    .get(
                                            "kid-1",
                                            Algorithm.EDDSA,
                                            HexFormat.of()
                                                    .parseHex("302a300506032b6570032100d75a980182b10ab7d54bfed3c964"
                                                            + "073a0ee172f3daa62325af021a68f707511a")),
                            KeyState.RETIRING)),
            new Roles(Map.of("R2", Set.of("p"), "R1", Set.of("q", "a"))),
            new TrustPolicy(Duration.ofMillis(1_500)),
            Indexes.NONE,
            0);

    @Test
    void theFormIsTheOneThatTheDocumentsLayDown() {
        // Made from feed.md by another program, in another language.
        assertEquals(
                "c8d96be83ecae23bd517915a0d43f790e2d8f5f24cdd39123dc709c15e5ad8cf",
                organization.digest().toString());
        assertEquals(
                "a23da82189b5b50366abe49fbac12bab5326211fe2b769510113275f30ac46a1",
                INSTALLATION.digest().toString());
    }

    @Test
    void theSameStateHasOneDigestHoweverItWasReached() throws Exception {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<TrustChange> changes = changes(random);
            OrganizationTrust one = begun();
            for (TrustChange change : changes) {
                one = one.after(change, 50);
            }
            Collections.shuffle(changes, random);
            OrganizationTrust other = begun();
            int snapshotAt = random.nextInt(changes.size());
            for (int i = 0; i < changes.size(); i++) {
                if (i == snapshotAt) {
                    other = (OrganizationTrust) CODEC.decode(CODEC.encode(other));
                }
                other = other.after(changes.get(i), 50);
            }
            other = other.confirmed(Freshness.AUTHORITATIVE);
            assertEquals(one, other.confirmed(one.freshness()), "seed " + seed);
            assertEquals(one.digest(), other.digest(), "seed " + seed);
            OrganizationTrust more = one.after(new TrustChange.Revoked(Indexes.of(9_999_999 + seed)), 50);
            assertNotEquals(one.digest(), more.digest(), "seed " + seed);
            assertEquals(
                    one.digest(),
                    new OrganizationTrust(
                                    more.id(),
                                    more.revision(),
                                    more.freshness(),
                                    more.revoked().without(Indexes.of(9_999_999 + seed)),
                                    more.ending(),
                                    more.overrides(),
                                    more.roles(),
                                    more.epoch(),
                                    more.deleted())
                            .digest(),
                    "seed " + seed);
        }
    }

    /** Changes whose order makes no difference. */
    private static List<TrustChange> changes(Random random) {
        List<TrustChange> changes = new ArrayList<>(List.of(new TrustChange.EpochRaised(random.nextInt(9))));
        for (int i = random.nextInt(40); i > 0; i--) {
            int start = random.nextInt(3 << 20);
            changes.add(
                    switch (random.nextInt(4)) {
                        case 0 ->
                            new TrustChange.Revoked(Indexes.of(
                                    random.ints(20, start, start + 1_000).toArray()));
                        case 1 ->
                            new TrustChange.Revoked(Indexes.of(
                                    IntStream.range(start, start + 9_000).toArray()));
                        case 2 -> new TrustChange.Ending(random.nextInt(10), random.nextInt(10));
                        default ->
                            new TrustChange.GrantsOverridden(
                                    "tok_" + i, Grants.of("wsp_" + random.nextInt(9), "WORKSPACE_OPERATOR"));
                    });
        }
        return changes;
    }

    private static OrganizationTrust begun() {
        return OrganizationTrust.unchanged(ID, 1, Freshness.NEVER);
    }

    static Stream<List<? extends TrustPart>> families() {
        return Stream.of(organizations(), installations());
    }

    /** No two of a family are the same, and each differs from the first in one thing. */
    @ParameterizedTest
    @MethodSource("families")
    void anySingleDifferenceShows(List<? extends TrustPart> family) {
        Map<Digest, TrustPart> seen = new HashMap<>();
        for (TrustPart part : family) {
            TrustPart same = seen.put(part.digest(), part);
            assertEquals(null, same, () -> part + " has the digest of another");
            assertEquals(part.digest(), part.confirmed(Freshness.AUTHORITATIVE).digest());
        }
    }

    /** A component that is new must get a place in the form, and a difference below. */
    @Test
    void everyComponentHasAPlaceInTheForm() {
        assertComponents(
                InstallationTrust.class, "revision", "freshness", "keys", "roles", "policy", "revoked", "epoch");
        assertComponents(
                OrganizationTrust.class,
                "id",
                "revision",
                "freshness",
                "revoked",
                "ending",
                "overrides",
                "roles",
                "epoch",
                "deleted");
        assertComponents(OrganizationTrust.GrantOverride.class, "revision", "grants");
        assertComponents(TrustedKey.class, "key", "state");
        assertComponents(Roles.class, "permissions");
        assertComponents(CustomRole.class, "permissions", "restrictedWorkspaces");
        assertComponents(TrustPolicy.class, "maximumStaleness", "audiences");
        assertComponents(Grants.class, "byResource");
    }

    @Test
    void aDigestHas32Bytes() {
        assertThrows(IllegalArgumentException.class, () -> Digest.of(new byte[31]));
        assertEquals(organization.digest(), Digest.of(organization.digest().toByteArray()));
    }

    private static List<TrustPart> organizations() {
        List<TrustPart> all = new ArrayList<>();
        all.add(begun());
        all.add(OrganizationTrust.unchanged(ID, 2, Freshness.NEVER));
        all.add(OrganizationTrust.unchanged(ID + "0", 1, Freshness.NEVER));
        for (Indexes revoked : List.of(
                Indexes.of(0),
                Indexes.of(1),
                Indexes.of(0, 1),
                Indexes.of(65_536),
                Indexes.of(1 << 20),
                Indexes.of(0, 1 << 20),
                Indexes.of(IntStream.range(0, 4_096).toArray()),
                Indexes.of(IntStream.range(0, 4_097).toArray()),
                Indexes.of(IntStream.range(1, 4_098).toArray()),
                Indexes.of(IntStream.range(65_536, 65_536 + 4_097).toArray()))) {
            all.add(begun().after(new TrustChange.Revoked(revoked), 1));
        }
        for (TrustChange change : List.of(
                new TrustChange.Ending(1, 2),
                new TrustChange.Ending(2, 1),
                new TrustChange.GrantsOverridden("tok_a", Grants.NONE),
                new TrustChange.GrantsOverridden("tok_b", Grants.NONE),
                new TrustChange.GrantsOverridden("tok_a", Grants.of("wsp_a", "A")),
                new TrustChange.GrantsOverridden("tok_a", Grants.of("wsp_a", "B")),
                new TrustChange.GrantsOverridden("tok_a", new Grants(Map.of("wsp_a", List.of("A", "B")))),
                new TrustChange.GrantsOverridden("tok_a", new Grants(Map.of("wsp_a", List.of("B", "A")))),
                new TrustChange.GrantsOverridden("tok_a", Grants.of("wsp_a", "AB")),
                new TrustChange.GrantsOverridden(
                        "tok_a", new Grants(Map.of("wsp_a", List.of("A"), "wsp_b", List.of("B")))),
                new TrustChange.RoleChanged("rol_a", new CustomRole(Set.of(), Set.of())),
                new TrustChange.RoleChanged("rol_b", new CustomRole(Set.of(), Set.of())),
                new TrustChange.RoleChanged("rol_a", new CustomRole(Set.of("x"), Set.of())),
                new TrustChange.RoleChanged("rol_a", new CustomRole(Set.of(), Set.of("x"))),
                new TrustChange.EpochRaised(1),
                new TrustChange.OrganizationDeleted())) {
            all.add(begun().after(change, 1));
        }
        all.add(begun().after(new TrustChange.GrantsOverridden("tok_a", Grants.NONE), 2)
                .after(new TrustChange.OrganizationCreated(), 1));
        return all;
    }

    private static List<TrustPart> installations() {
        TestKey key = TestKey.shared(Algorithm.ES256);
        InstallationTrust first = TestTrust.installation(1, Freshness.NEVER, key);
        List<TrustPart> all = new ArrayList<>();
        all.add(first);
        all.add(TestTrust.installation(2, Freshness.NEVER, key));
        for (KeyState state : KeyState.values()) {
            if (state != KeyState.ACTIVE) {
                all.add(first.after(new TrustChange.KeyChanged(TestTrust.trusted(key, state)), 1));
            }
        }
        byte[] rsa = TestKey.shared(Algorithm.RS256).subjectPublicKeyInfo();
        for (TrustChange change : List.of(
                new TrustChange.KeyRemoved(key.id()),
                new TrustChange.KeyChanged(
                        TestTrust.trusted(TestKey.fresh(key.id(), Algorithm.ES256), KeyState.ACTIVE)),
                new TrustChange.KeyChanged(
                        new TrustedKey(new VerificationKeys().get(key.id(), Algorithm.RS256, rsa), KeyState.ACTIVE)),
                new TrustChange.KeyChanged(
                        new TrustedKey(new VerificationKeys().get(key.id(), Algorithm.PS256, rsa), KeyState.ACTIVE)),
                new TrustChange.RolesReplaced(Roles.NONE),
                new TrustChange.RolesReplaced(new Roles(Map.of("A", Set.of()))),
                new TrustChange.RolesReplaced(new Roles(Map.of("A", Set.of("b")))),
                new TrustChange.RolesReplaced(new Roles(Map.of("A", Set.of(), "b", Set.of()))),
                new TrustChange.PolicyChanged(new TrustPolicy(Duration.ofSeconds(1))),
                new TrustChange.PolicyChanged(new TrustPolicy(Duration.ofSeconds(1, 1))),
                new TrustChange.PolicyChanged(audience("a", 2)),
                new TrustChange.PolicyChanged(audience("a", 3)),
                new TrustChange.PolicyChanged(audience("b", 2)),
                new TrustChange.Revoked(Indexes.of(1)),
                new TrustChange.EpochRaised(1))) {
            all.add(first.after(change, 1));
        }
        return all;
    }

    private static TrustPolicy audience(String audience, int seconds) {
        return new TrustPolicy(Duration.ofSeconds(1), Map.of(audience, Duration.ofSeconds(seconds)));
    }

    private static void assertComponents(Class<? extends Record> type, String... names) {
        assertEquals(
                List.of(names),
                Arrays.stream(type.getRecordComponents())
                        .map(component -> component.getName())
                        .toList(),
                type.getSimpleName());
    }

    private static OrganizationTrust.GrantOverride override(long revision, Grants grants) {
        return new OrganizationTrust.GrantOverride(revision, grants);
    }
}
