package dev.signet.verifier.feed;

import static dev.signet.verifier.testkit.TestTokens.DEPLOYMENT;
import static dev.signet.verifier.testkit.TestTokens.ORGANIZATION;
import static dev.signet.verifier.testkit.TestTokens.WORKSPACE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import dev.signet.v1.AudienceStaleness;
import dev.signet.v1.InstallationSnapshot;
import dev.signet.v1.Snapshot;
import dev.signet.v1.VerificationKey;
import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.CustomRole;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.Roles;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustPolicy;
import dev.signet.verifier.trust.TrustedKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TrustCodecTest {
    private static final VerificationKeys KEYS = new VerificationKeys();
    private static final Grants GRANTS =
            new Grants(Map.of(WORKSPACE, List.of("B", "A"), DEPLOYMENT, List.of(), ORGANIZATION, List.of("C")));

    private final TrustCodec codec = new TrustCodec(KEYS);

    static Stream<TrustChange> changes() {
        List<TrustChange> changes = new ArrayList<>(List.of(
                new TrustChange.Revoked(Indexes.NONE),
                new TrustChange.Revoked(Indexes.of(0, 5, 1 << 20, Integer.MAX_VALUE)),
                new TrustChange.GrantsOverridden(TestTokens.id(IdType.TOKEN), GRANTS),
                new TrustChange.GrantsOverridden(TestTokens.id(IdType.USER), Grants.NONE),
                new TrustChange.KeyRemoved("a-key-id"),
                new TrustChange.RolesReplaced(TestTrust.ROLES),
                new TrustChange.RolesReplaced(new Roles(Map.of("EMPTY", Set.of()))),
                new TrustChange.EpochRaised(1L << 40),
                new TrustChange.Forgotten(Indexes.NONE, Set.of()),
                new TrustChange.Forgotten(
                        Indexes.of(0, 5, 1 << 20, Integer.MAX_VALUE),
                        Set.of(TestTokens.id(IdType.TOKEN), TestTokens.id(IdType.USER))),
                new TrustChange.Ending(70_000, 1_700_000_000_123L),
                new TrustChange.RoleChanged(
                        TestTokens.id(IdType.ROLE), new CustomRole(Set.of("deployment.get"), Set.of(WORKSPACE))),
                new TrustChange.RoleChanged(TestTokens.id(IdType.ROLE), new CustomRole(Set.of(), Set.of())),
                new TrustChange.RoleDeleted(TestTokens.id(IdType.ROLE)),
                new TrustChange.PolicyChanged(new TrustPolicy(Duration.ofMillis(1_500))),
                new TrustChange.PolicyChanged(new TrustPolicy(
                        Duration.ofSeconds(60),
                        Map.of("batch", Duration.ofMinutes(5), "report", Duration.ofSeconds(60, 1)))),
                new TrustChange.OrganizationCreated(),
                new TrustChange.OrganizationDeleted(),
                new TrustChange.KeyRemoved("a-kid")));
        for (Algorithm algorithm : Algorithm.values()) {
            for (KeyState state : KeyState.values()) {
                changes.add(new TrustChange.KeyChanged(key(algorithm, state)));
            }
        }
        return changes.stream();
    }

    @ParameterizedTest
    @MethodSource("changes")
    void aChangeReadsBackAsItWas(TrustChange change) {
        assertEquals(change, codec.decodeBytes(codec.encodeToBytes(change)));
        assertEquals(change, codec.decode(codec.encode(change)));
    }

    @Test
    void equalPoliciesAreEqualBytes() {
        Map<String, Duration> first = new LinkedHashMap<>();
        Map<String, Duration> second = new LinkedHashMap<>();
        List<String> audiences = IntStream.range(0, 20)
                .mapToObj(i -> "audience-" + i * 7919 % 20)
                .toList();
        audiences.forEach(audience -> first.put(audience, Duration.ofMinutes(2)));
        audiences.stream().sorted().forEach(audience -> second.put(audience, Duration.ofMinutes(2)));
        Duration plain = Duration.ofMinutes(1);
        assertArrayEquals(
                codec.encodeToBytes(new TrustChange.PolicyChanged(new TrustPolicy(plain, first))),
                codec.encodeToBytes(new TrustChange.PolicyChanged(new TrustPolicy(plain, second))));
        List<String> encoded = codec
                .encode(new TrustChange.PolicyChanged(new TrustPolicy(plain, first)))
                .getPolicyChanged()
                .getAudiencesList()
                .stream()
                .map(AudienceStaleness::getAudience)
                .toList();
        assertEquals(audiences.stream().sorted().toList(), encoded);
    }

    @Test
    void aPolicyWithAnAudienceTwiceIsRefused() {
        dev.signet.v1.TrustChange.Builder change = codec
                .encode(new TrustChange.PolicyChanged(
                        new TrustPolicy(Duration.ofMinutes(1), Map.of("batch", Duration.ofMinutes(2)))))
                .toBuilder();
        change.getPolicyChangedBuilder().addAudiences(change.getPolicyChanged().getAudiences(0));
        assertThrows(RuntimeException.class, () -> codec.decode(change.build()));
    }

    @Test
    void everyKindOfChangeIsTried() {
        assertEquals(
                Set.of(TrustChange.class.getPermittedSubclasses()),
                Set.copyOf(changes().map(Object::getClass).distinct().toList()));
    }

    static Stream<TrustPart> parts() {
        Map<String, TrustedKey> keys = new HashMap<>();
        for (Algorithm algorithm : Algorithm.values()) {
            TrustedKey key = key(algorithm, KeyState.RETIRING);
            keys.put(key.key().id(), key);
        }
        return Stream.of(
                TestTrust.installation(0, Freshness.NEVER),
                new InstallationTrust(
                        7, Freshness.NEVER, keys, TestTrust.ROLES, TestTrust.POLICY, Indexes.of(3, 70_000), 5),
                TestTrust.organization(0, Freshness.NEVER),
                new OrganizationTrust(
                        ORGANIZATION,
                        9,
                        Freshness.NEVER,
                        Indexes.of(1, 2, 3),
                        Map.of(17, 1_700_000_000_123L, 18, 0L),
                        Map.of(
                                TestTokens.id(IdType.TOKEN), new OrganizationTrust.GrantOverride(4, GRANTS),
                                TestTokens.id(IdType.USER), new OrganizationTrust.GrantOverride(6, Grants.NONE)),
                        Map.of("rol_1", new CustomRole(Set.of("deployment.get"), Set.of(TestTokens.WORKSPACE))),
                        5,
                        true));
    }

    @ParameterizedTest
    @MethodSource("parts")
    void aPartReadsBackAsItWas(TrustPart part) throws InvalidProtocolBufferException {
        byte[] bytes = codec.encode(part).toByteArray();
        assertEquals(part, codec.decode(Snapshot.parseFrom(bytes)));
    }

    @Test
    void aSnapshotConfirmsNothing() {
        TrustPart sent = TestTrust.organization(3, Freshness.AUTHORITATIVE);
        assertEquals(Freshness.NEVER, codec.decode(codec.encode(sent)).freshness());
    }

    @Test
    void aKeyMetTwiceIsOneObject() {
        byte[] bytes = codec.encodeToBytes(new TrustChange.KeyChanged(key(Algorithm.ES256, KeyState.ACTIVE)));
        assertSame(
                assertInstanceOf(TrustChange.KeyChanged.class, codec.decodeBytes(bytes))
                        .key()
                        .key(),
                assertInstanceOf(TrustChange.KeyChanged.class, codec.decodeBytes(bytes))
                        .key()
                        .key());
    }

    @ParameterizedTest
    @EnumSource(
            value = dev.signet.v1.KeyState.class,
            names = {"KEY_STATE_UNSPECIFIED"})
    void aKeyInNoStateIsRefused(dev.signet.v1.KeyState state) {
        assertUnreadable(keyMessage().setState(state));
        assertUnreadable(keyMessage().setStateValue(99));
    }

    @Test
    void aKeyOfAnotherAlgorithmOrOfNoneIsRefused() {
        assertUnreadable(keyMessage().setAlgorithm("HS256"));
        assertUnreadable(keyMessage().setAlgorithm(""));
        assertUnreadable(keyMessage().setAlgorithm("RS256"));
        assertUnreadable(keyMessage().setPublicKey(ByteString.EMPTY));
    }

    @Test
    void whatIsNoChangeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> codec.decodeBytes(new byte[0]));
        assertThrows(IllegalArgumentException.class, () -> codec.decodeBytes(new byte[] {1, 2, 3}));
        // Field 99, of a version to come: what it would refuse must not be let through.
        byte[] unknown = dev.signet.v1.TrustChange.newBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                99,
                                UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                        .build())
                .build()
                .toByteArray();
        assertThrows(IllegalArgumentException.class, () -> codec.decodeBytes(unknown));
    }

    @Test
    void aSnapshotWithoutAPolicyOrAPartIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> codec.decode(Snapshot.getDefaultInstance()));
        Snapshot.Builder good = codec.encode(TestTrust.installation(1, Freshness.NEVER)).toBuilder();
        InstallationSnapshot.Builder withoutPolicy =
                good.getInstallation().toBuilder().clearPolicy();
        assertThrows(
                IllegalArgumentException.class,
                () -> codec.decode(good.setInstallation(withoutPolicy).build()));
    }

    private void assertUnreadable(VerificationKey.Builder key) {
        assertThrows(
                IllegalArgumentException.class,
                () -> codec.decode(dev.signet.v1.TrustChange.newBuilder()
                        .setKeyChanged(key)
                        .build()));
    }

    private static VerificationKey.Builder keyMessage() {
        return VerificationKey.newBuilder()
                .setKeyId("k")
                .setAlgorithm("ES256")
                .setPublicKey(
                        ByteString.copyFrom(TestKey.shared(Algorithm.ES256).subjectPublicKeyInfo()))
                .setState(dev.signet.v1.KeyState.KEY_STATE_ACTIVE);
    }

    private static TrustedKey key(Algorithm algorithm, KeyState state) {
        TestKey key = TestKey.shared(algorithm);
        return new TrustedKey(KEYS.get(key.id(), algorithm, key.subjectPublicKeyInfo()), state);
    }
}
