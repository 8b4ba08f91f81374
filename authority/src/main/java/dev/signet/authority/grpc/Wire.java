package dev.signet.authority.grpc;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import dev.signet.authority.access.Caller;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.ApiToken;
import dev.signet.authority.store.DirectoryEntry;
import dev.signet.authority.store.OrganizationPolicy;
import dev.signet.authority.store.Person;
import dev.signet.authority.store.StoredRole;
import dev.signet.v1.ApiKey;
import dev.signet.v1.AudienceCertainty;
import dev.signet.v1.Deployment;
import dev.signet.v1.Grant;
import dev.signet.v1.Kind;
import dev.signet.v1.Organization;
import dev.signet.v1.Principal;
import dev.signet.v1.Propagation;
import dev.signet.v1.Role;
import dev.signet.v1.Scope;
import dev.signet.v1.Token;
import dev.signet.v1.User;
import dev.signet.v1.Workspace;
import dev.signet.verifier.token.Grants;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Domain records as messages, and what requests have in common. */
final class Wire {
    private Wire() {}

    static <T> void answer(StreamObserver<T> response, T message) {
        response.onNext(message);
        response.onCompleted();
    }

    static Organization organization(DirectoryEntry entry) {
        OrganizationPolicy policy = entry.requirePolicy();
        return Organization.newBuilder()
                .setMaximumExpiryPeriodDays(policy.maximumExpiryPeriodDays())
                .setExpiryRequired(policy.expiryRequired())
                .setAuditRetentionDays(policy.auditRetentionDays())
                .setName(entry.path().name())
                .setDisplayName(entry.displayName())
                .setCreateTime(time(entry.createTime()))
                .setUpdateTime(time(entry.updateTime()))
                .setEtag(Long.toString(entry.version()))
                .build();
    }

    static Workspace workspace(DirectoryEntry entry) {
        return Workspace.newBuilder()
                .setName(entry.path().name())
                .setDisplayName(entry.displayName())
                .setDescription(entry.description())
                .setCreateTime(time(entry.createTime()))
                .setUpdateTime(time(entry.updateTime()))
                .setEtag(Long.toString(entry.version()))
                .build();
    }

    static Deployment deployment(DirectoryEntry entry) {
        return Deployment.newBuilder()
                .setName(entry.path().name())
                .setDisplayName(entry.displayName())
                .setDescription(entry.description())
                .setCreateTime(time(entry.createTime()))
                .setUpdateTime(time(entry.updateTime()))
                .setEtag(Long.toString(entry.version()))
                .build();
    }

    static Token token(ApiToken token) {
        Token.Builder message = Token.newBuilder()
                .setName(token.name())
                .setDisplayName(token.displayName())
                .setDescription(token.description())
                .setScope(Scope.valueOf("SCOPE_" + token.kind()))
                .setResource(token.resource().name())
                .addAllGrants(grants(token.grants()))
                .setCreateTime(time(token.createTime()))
                .setUpdateTime(time(token.updateTime()))
                .setCreatedBy(token.createdBy())
                .setEtag(Long.toString(token.version()));
        Integer expiryPeriodDays = token.expiryPeriodDays();
        if (expiryPeriodDays != null) {
            message.setExpiryPeriodDays(expiryPeriodDays);
        }
        Instant expireTime = token.value().expireTime();
        if (expireTime != null) {
            message.setExpireTime(time(expireTime));
        }
        Instant lastRotatedTime = token.lastRotatedTime();
        if (lastRotatedTime != null) {
            message.setLastRotatedTime(time(lastRotatedTime));
        }
        Instant lastUsedTime = token.lastUsedTime();
        if (lastUsedTime != null) {
            message.setLastUsedTime(time(lastUsedTime));
        }
        return message.build();
    }

    static ApiKey apiKey(dev.signet.authority.store.ApiKey key) {
        ApiKey.Builder message = ApiKey.newBuilder()
                .setName(key.name())
                .setDisplayName(key.displayName())
                .setDescription(key.description())
                .setCreateTime(time(key.createTime()))
                .setUpdateTime(time(key.updateTime()))
                .setCreatedBy(key.createdBy())
                .setEtag(Long.toString(key.version()))
                .setDisabled(key.disabled());
        Instant lastUsedTime = key.lastUsedTime();
        if (lastUsedTime != null) {
            message.setLastUsedTime(time(lastUsedTime));
        }
        return message.build();
    }

    static User user(Person person) {
        return User.newBuilder()
                .setName(person.name())
                .setEmail(person.email())
                .addAllGrants(grants(person.grants()))
                .setCreateTime(time(person.createTime()))
                .setUpdateTime(time(person.updateTime()))
                .setCreatedBy(person.createdBy())
                .build();
    }

    static Role role(StoredRole role) {
        return Role.newBuilder()
                .setName(role.name())
                .setDisplayName(role.displayName())
                .setDescription(role.description())
                .addAllPermissions(new TreeSet<>(role.role().permissions()))
                .addAllRestrictedWorkspaces(new TreeSet<>(role.role().restrictedWorkspaces()))
                .setCreateTime(time(role.createTime()))
                .setUpdateTime(time(role.updateTime()))
                .setEtag(Long.toString(role.version()))
                .build();
    }

    static Principal principal(Caller caller) {
        return Principal.newBuilder()
                .setName(caller.name())
                .setKind(Kind.valueOf("KIND_" + caller.claims().kind()))
                .setOrganization(caller.organization().isEmpty() ? "" : "organizations/" + caller.organization())
                .build();
    }

    static Propagation propagation(dev.signet.authority.feed.Propagation propagation) {
        return Propagation.newBuilder()
                .setRevision(propagation.revision())
                .setConfirmed(propagation.confirmed())
                .setPending(propagation.pending())
                .setCertainBy(time(propagation.certainBy()))
                .setCertainIn(duration(propagation.certainIn()))
                .addAllAudiences(propagation.audiences().stream()
                        .map(audience -> AudienceCertainty.newBuilder()
                                .setAudience(audience.audience())
                                .setCertainBy(time(audience.certainBy()))
                                .setCertainIn(duration(audience.certainIn()))
                                .build())
                        .toList())
                .addAllPendingVerifiers(propagation.pendingVerifiers())
                .build();
    }

    static com.google.protobuf.Duration.Builder duration(Duration duration) {
        return com.google.protobuf.Duration.newBuilder()
                .setSeconds(duration.getSeconds())
                .setNanos(duration.getNano());
    }

    /** In the order of resource ids, so that equal grants read equal. */
    static List<Grant> grants(Grants grants) {
        return new TreeMap<>(grants.byResource())
                .entrySet().stream()
                        .flatMap(held -> held.getValue().stream()
                                .map(role -> Grant.newBuilder()
                                        .setResource(held.getKey())
                                        .setRole(role)
                                        .build()))
                        .toList();
    }

    static Timestamp time(Instant time) {
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }

    /** Whether an update is to change a field: it is in the mask, or the mask is empty. */
    static boolean changes(FieldMask mask, String field) {
        return mask.getPathsCount() == 0 || mask.getPathsList().contains(field);
    }

    /** Refuses a mask that names anything else. */
    static void requireMask(FieldMask mask, Set<String> changeable) {
        for (String path : mask.getPathsList()) {
            if (!changeable.contains(path)) {
                throw Refusal.invalid(
                        "update_mask", "must only name " + String.join(", ", changeable) + ", names " + path);
            }
        }
    }

    /** A span of time that may be left out. */
    static Duration duration(boolean given, com.google.protobuf.Duration value, Duration otherwise) {
        return given ? Duration.ofSeconds(value.getSeconds(), value.getNanos()) : otherwise;
    }

    static Instant instant(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }

    /** A string field that may be left out. */
    static @Nullable String orNull(String value) {
        return value.isEmpty() ? null : value;
    }
}
