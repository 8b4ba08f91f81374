package dev.signet.verifier.trust;

import dev.signet.verifier.token.Grants;
import java.time.Duration;
import java.util.Collection;
import java.util.TreeSet;

/** The digest of a part's content: the same for all parts that differ in nothing but their freshness. */
final class PartDigest {
    private static final String FORM = "signet-part+v1";

    private final CanonicalForm form = new CanonicalForm();

    private PartDigest() {}

    static Digest of(TrustPart part) {
        PartDigest digest = new PartDigest();
        digest.form.text(FORM).text(part.id()).int64(part.revision());
        if (part instanceof InstallationTrust installation) {
            digest.add(installation);
        } else if (part instanceof OrganizationTrust organization) {
            digest.add(organization);
        }
        return digest.form.digest();
    }

    private void add(InstallationTrust part) {
        form.entries(
                part.keys(),
                (id, key) -> form.text(id)
                        .text(key.key().algorithm().headerName())
                        .bytes(key.key().subjectPublicKeyInfo())
                        .text(key.state().name()));
        form.entries(part.roles().permissions(), (role, permissions) -> {
            form.text(role);
            add(permissions);
        });
        add(part.policy().maximumStaleness());
        form.entries(part.policy().audiences(), (audience, staleness) -> {
            form.text(audience);
            add(staleness);
        });
        form.digest(part.revoked().digest()).int64(part.epoch());
    }

    private void add(OrganizationTrust part) {
        form.digest(part.revoked().digest());
        form.entries(part.ending(), (index, notAfter) -> form.int32(index).int64(notAfter));
        form.entries(part.overrides(), (subject, override) -> {
            form.text(subject).int64(override.revision());
            add(override.grants());
        });
        form.entries(part.roles(), (id, role) -> {
            form.text(id);
            add(role.permissions());
            add(role.restrictedWorkspaces());
        });
        form.int64(part.epoch()).int8(part.deleted() ? 1 : 0);
    }

    private void add(Duration duration) {
        form.int64(duration.getSeconds()).int32(duration.getNano());
    }

    private void add(Grants grants) {
        // The roles on one resource stay in their order, by which grants differ.
        form.entries(
                grants.byResource(), (resource, roles) -> form.text(resource).texts(roles));
    }

    private void add(Collection<String> set) {
        form.texts(new TreeSet<>(set));
    }
}
