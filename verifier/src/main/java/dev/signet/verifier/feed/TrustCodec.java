package dev.signet.verifier.feed;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import dev.signet.v1.AudienceStaleness;
import dev.signet.v1.EndingValue;
import dev.signet.v1.EpochRaised;
import dev.signet.v1.Forgotten;
import dev.signet.v1.GrantOverride;
import dev.signet.v1.InstallationSnapshot;
import dev.signet.v1.KeyRemoved;
import dev.signet.v1.OrganizationCreated;
import dev.signet.v1.OrganizationDeleted;
import dev.signet.v1.OrganizationSnapshot;
import dev.signet.v1.ResourceRoles;
import dev.signet.v1.Revoked;
import dev.signet.v1.RoleDeleted;
import dev.signet.v1.RolePermissions;
import dev.signet.v1.RolesReplaced;
import dev.signet.v1.Snapshot;
import dev.signet.v1.VerificationKey;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.Grants;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Trust state and trust changes to their words on the wire and back; the ledger keeps changes in the same form. A feed
 * that sends what cannot be read is not followed further.
 */
public final class TrustCodec {
    private final VerificationKeys keys;

    /**
     * Keys are read through {@code keys}, so that a key met twice is one object.
     */
    public TrustCodec(VerificationKeys keys) {
        this.keys = keys;
    }

    public Snapshot encode(TrustPart part) {
        Snapshot.Builder snapshot = Snapshot.newBuilder().setRevision(part.revision());
        if (part instanceof InstallationTrust installation) {
            snapshot.setInstallation(InstallationSnapshot.newBuilder()
                    .addAllKeys(installation.keys().values().stream()
                            .map(TrustCodec::encode)
                            .toList())
                    .addAllRoles(encode(installation.roles()))
                    .setPolicy(encode(installation.policy()))
                    .setRevoked(encode(installation.revoked()))
                    .setEpoch(installation.epoch()));
        } else if (part instanceof OrganizationTrust organization) {
            OrganizationSnapshot.Builder whole = snapshot.getOrganizationBuilder()
                    .setOrganization(organization.id())
                    .setRevoked(encode(organization.revoked()))
                    .setEpoch(organization.epoch())
                    .setDeleted(organization.deleted());
            organization
                    .overrides()
                    .forEach((subject, override) -> whole.addOverrides(
                            encode(subject, override.grants()).setRevision(override.revision())));
            organization.ending().forEach((index, notAfter) -> whole.addEnding(encode(index, notAfter)));
            organization.roles().forEach((id, role) -> whole.addRoles(encode(id, role)));
        }
        return snapshot.build();
    }

    /**
     * A part as a snapshot carries it; its freshness is {@link Freshness#NEVER}, as no pong has confirmed it.
     *
     * @throws IllegalArgumentException where it is no part
     */
    public TrustPart decode(Snapshot snapshot) {
        try {
            return switch (snapshot.getPartCase()) {
                case INSTALLATION -> decode(snapshot.getInstallation(), snapshot.getRevision());
                case ORGANIZATION -> decode(snapshot.getOrganization(), snapshot.getRevision());
                case PART_NOT_SET -> throw new IllegalArgumentException("a snapshot of no part");
            };
        } catch (IllegalStateException | ArithmeticException e) {
            throw contradiction(e);
        }
    }

    /** Something is in it twice that can be there once, or a time is beyond all measure. */
    private static IllegalArgumentException contradiction(RuntimeException problem) {
        return new IllegalArgumentException("trust state that contradicts itself", problem);
    }

    public dev.signet.v1.TrustChange encode(TrustChange change) {
        dev.signet.v1.TrustChange.Builder message = dev.signet.v1.TrustChange.newBuilder();
        if (change instanceof TrustChange.Revoked ended) {
            message.setRevoked(Revoked.newBuilder().addAllIndexes(encodeToList(ended.indexes())));
        } else if (change instanceof TrustChange.Forgotten forgotten) {
            message.setForgotten(Forgotten.newBuilder()
                    .addAllIndexes(encodeToList(forgotten.indexes()))
                    .addAllSubjects(forgotten.subjects()));
        } else if (change instanceof TrustChange.Ending ends) {
            message.setEnding(encode(ends.index(), ends.notAfterMillis()));
        } else if (change instanceof TrustChange.RoleChanged changed) {
            message.setRoleChanged(encode(changed.id(), changed.role()));
        } else if (change instanceof TrustChange.RoleDeleted gone) {
            message.setRoleDeleted(RoleDeleted.newBuilder().setRole(gone.id()));
        } else if (change instanceof TrustChange.GrantsOverridden overridden) {
            message.setGrantsOverridden(encode(overridden.subject(), overridden.grants()));
        } else if (change instanceof TrustChange.KeyChanged changed) {
            message.setKeyChanged(encode(changed.key()));
        } else if (change instanceof TrustChange.KeyRemoved removed) {
            message.setKeyRemoved(KeyRemoved.newBuilder().setKeyId(removed.id()));
        } else if (change instanceof TrustChange.RolesReplaced replaced) {
            message.setRolesReplaced(RolesReplaced.newBuilder().addAllRoles(encode(replaced.roles())));
        } else if (change instanceof TrustChange.EpochRaised raised) {
            message.setEpochRaised(EpochRaised.newBuilder().setEpoch(raised.epoch()));
        } else if (change instanceof TrustChange.PolicyChanged changed) {
            message.setPolicyChanged(encode(changed.policy()));
        } else if (change instanceof TrustChange.OrganizationCreated) {
            message.setOrganizationCreated(OrganizationCreated.getDefaultInstance());
        } else if (change instanceof TrustChange.OrganizationDeleted) {
            message.setOrganizationDeleted(OrganizationDeleted.getDefaultInstance());
        }
        return message.build();
    }

    /** @throws IllegalArgumentException where it is no change that is known here */
    public TrustChange decode(dev.signet.v1.TrustChange message) {
        try {
            return read(message);
        } catch (IllegalStateException | ArithmeticException e) {
            throw contradiction(e);
        }
    }

    private TrustChange read(dev.signet.v1.TrustChange message) {
        return switch (message.getChangeCase()) {
            case REVOKED ->
                new TrustChange.Revoked(Indexes.of(message.getRevoked().getIndexesList()));
            case FORGOTTEN ->
                new TrustChange.Forgotten(
                        Indexes.of(message.getForgotten().getIndexesList()),
                        Set.copyOf(message.getForgotten().getSubjectsList()));
            case GRANTS_OVERRIDDEN ->
                new TrustChange.GrantsOverridden(
                        message.getGrantsOverridden().getSubject(),
                        decode(message.getGrantsOverridden().getGrantsList()));
            case KEY_CHANGED -> new TrustChange.KeyChanged(decode(message.getKeyChanged()));
            case KEY_REMOVED ->
                new TrustChange.KeyRemoved(message.getKeyRemoved().getKeyId());
            case ROLES_REPLACED ->
                new TrustChange.RolesReplaced(
                        decodeRoles(message.getRolesReplaced().getRolesList()));
            case EPOCH_RAISED ->
                new TrustChange.EpochRaised(message.getEpochRaised().getEpoch());
            case POLICY_CHANGED -> new TrustChange.PolicyChanged(decode(message.getPolicyChanged()));
            case ENDING ->
                new TrustChange.Ending(
                        message.getEnding().getIndex(),
                        millis(message.getEnding().getNotAfter()));
            case ROLE_CHANGED ->
                new TrustChange.RoleChanged(message.getRoleChanged().getRole(), decode(message.getRoleChanged()));
            case ROLE_DELETED ->
                new TrustChange.RoleDeleted(message.getRoleDeleted().getRole());
            case ORGANIZATION_CREATED -> new TrustChange.OrganizationCreated();
            case ORGANIZATION_DELETED -> new TrustChange.OrganizationDeleted();
            // A change that this version does not know may be one that refuses something: never passed over.
            case CHANGE_NOT_SET -> throw new IllegalArgumentException("a change of an unknown kind");
        };
    }

    /** A change as the ledger keeps it. */
    public byte[] encodeToBytes(TrustChange change) {
        return encode(change).toByteArray();
    }

    /** A change as the ledger kept it. */
    public TrustChange decodeBytes(byte[] bytes) {
        try {
            return decode(dev.signet.v1.TrustChange.parseFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not a trust change", e);
        }
    }

    private InstallationTrust decode(InstallationSnapshot snapshot, long revision) {
        return new InstallationTrust(
                revision,
                Freshness.NEVER,
                snapshot.getKeysList().stream()
                        .map(this::decode)
                        .collect(Collectors.toMap(key -> key.key().id(), key -> key)),
                decodeRoles(snapshot.getRolesList()),
                decode(snapshot.getPolicy()),
                Indexes.deserialize(snapshot.getRevoked().asReadOnlyByteBuffer()),
                snapshot.getEpoch());
    }

    private OrganizationTrust decode(OrganizationSnapshot snapshot, long revision) {
        Map<String, OrganizationTrust.GrantOverride> overrides = new HashMap<>();
        for (GrantOverride override : snapshot.getOverridesList()) {
            overrides.put(
                    override.getSubject(),
                    new OrganizationTrust.GrantOverride(override.getRevision(), decode(override.getGrantsList())));
        }
        return new OrganizationTrust(
                snapshot.getOrganization(),
                revision,
                Freshness.NEVER,
                Indexes.deserialize(snapshot.getRevoked().asReadOnlyByteBuffer()),
                snapshot.getEndingList().stream()
                        .collect(Collectors.toMap(EndingValue::getIndex, value -> millis(value.getNotAfter()))),
                overrides,
                snapshot.getRolesList().stream()
                        .collect(Collectors.toMap(RolePermissions::getRole, TrustCodec::decode)),
                snapshot.getEpoch(),
                snapshot.getDeleted());
    }

    private static VerificationKey encode(TrustedKey key) {
        return VerificationKey.newBuilder()
                .setKeyId(key.key().id())
                .setAlgorithm(key.key().algorithm().headerName())
                .setPublicKey(ByteString.copyFrom(key.key().subjectPublicKeyInfo()))
                .setState(dev.signet.v1.KeyState.valueOf("KEY_STATE_" + key.state()))
                .build();
    }

    private TrustedKey decode(VerificationKey message) {
        Algorithm algorithm = Algorithm.named(message.getAlgorithm())
                .orElseThrow(() -> new IllegalArgumentException("a key of an unknown algorithm"));
        KeyState state = switch (message.getState()) {
            case KEY_STATE_PREPARED -> KeyState.PREPARED;
            case KEY_STATE_ACTIVE -> KeyState.ACTIVE;
            case KEY_STATE_RETIRING -> KeyState.RETIRING;
            case KEY_STATE_RETIRED -> KeyState.RETIRED;
            case KEY_STATE_REVOKED -> KeyState.REVOKED;
            case KEY_STATE_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("a key in an unknown state");
        };
        return new TrustedKey(
                keys.get(message.getKeyId(), algorithm, message.getPublicKey().toByteArray()), state);
    }

    private static List<RolePermissions> encode(Roles roles) {
        return roles.permissions().entrySet().stream()
                .map(role -> RolePermissions.newBuilder()
                        .setRole(role.getKey())
                        .addAllPermissions(role.getValue())
                        .build())
                .toList();
    }

    private static Roles decodeRoles(List<RolePermissions> roles) {
        return new Roles(roles.stream()
                .collect(Collectors.toMap(RolePermissions::getRole, role -> Set.copyOf(role.getPermissionsList()))));
    }

    private static RolePermissions encode(String id, CustomRole role) {
        return RolePermissions.newBuilder()
                .setRole(id)
                .addAllPermissions(role.permissions())
                .addAllRestrictedWorkspaces(role.restrictedWorkspaces())
                .build();
    }

    private static CustomRole decode(RolePermissions role) {
        return new CustomRole(Set.copyOf(role.getPermissionsList()), Set.copyOf(role.getRestrictedWorkspacesList()));
    }

    private static EndingValue.Builder encode(int index, long notAfterMillis) {
        return EndingValue.newBuilder()
                .setIndex(index)
                .setNotAfter(Timestamp.newBuilder()
                        .setSeconds(Math.floorDiv(notAfterMillis, 1000L))
                        .setNanos((int) Math.floorMod(notAfterMillis, 1000L) * 1_000_000));
    }

    static long millis(Timestamp time) {
        return TimeUnit.SECONDS.toMillis(time.getSeconds()) + TimeUnit.NANOSECONDS.toMillis(time.getNanos());
    }

    private static dev.signet.v1.TrustPolicy encode(TrustPolicy policy) {
        dev.signet.v1.TrustPolicy.Builder message =
                dev.signet.v1.TrustPolicy.newBuilder().setMaximumStaleness(encode(policy.maximumStaleness()));
        // In one order, so that equal policies are equal bytes.
        new TreeMap<>(policy.audiences())
                .forEach((audience, staleness) -> message.addAudiences(
                        AudienceStaleness.newBuilder().setAudience(audience).setMaximumStaleness(encode(staleness))));
        return message.build();
    }

    private static TrustPolicy decode(dev.signet.v1.TrustPolicy policy) {
        return new TrustPolicy(
                decode(policy.getMaximumStaleness()),
                policy.getAudiencesList().stream()
                        .collect(Collectors.toMap(
                                AudienceStaleness::getAudience, audience -> decode(audience.getMaximumStaleness()))));
    }

    private static com.google.protobuf.Duration.Builder encode(Duration duration) {
        return com.google.protobuf.Duration.newBuilder()
                .setSeconds(duration.getSeconds())
                .setNanos(duration.getNano());
    }

    private static Duration decode(com.google.protobuf.Duration duration) {
        return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
    }

    private static List<Integer> encodeToList(Indexes indexes) {
        return IntStream.of(indexes.toArray()).boxed().toList();
    }

    private static ByteString encode(Indexes indexes) {
        return ByteString.copyFrom(indexes.serialize());
    }

    private static GrantOverride.Builder encode(String subject, Grants grants) {
        GrantOverride.Builder override = GrantOverride.newBuilder().setSubject(subject);
        grants.byResource()
                .forEach((resource, roles) -> override.addGrants(
                        ResourceRoles.newBuilder().setResource(resource).addAllRoles(roles)));
        return override;
    }

    private static Grants decode(List<ResourceRoles> grants) {
        return new Grants(grants.stream()
                .collect(Collectors.toMap(ResourceRoles::getResource, held -> List.copyOf(held.getRolesList()))));
    }
}
