package dev.signet.authority.cli;

import com.google.protobuf.FieldMask;
import dev.signet.v1.DirectoryServiceGrpc;
import dev.signet.v1.Organization;
import dev.signet.v1.UpdateOrganizationRequest;
import dev.signet.v1.UpdateOrganizationResponse;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code organization update}: an organization has no description, and a policy. */
@Command(name = "update", aliases = "up", description = "Change the display name or the policy.")
final class OrganizationUpdate implements Callable<Integer> {
    private static final int LONGEST_DAYS = 3650;

    private final Shell shell;
    private final Connections connections;
    private final Target target;

    @Parameters(arity = "0..1", paramLabel = "ID", description = "id or full name")
    private @Nullable String id;

    @Option(
            names = {"-n", "--name"},
            paramLabel = "NAME",
            description = "new display name")
    private @Nullable String displayName;

    @Option(
            names = "--maximum-expiration",
            paramLabel = "DAYS",
            description = "the longest expiration that new and rotated tokens may have, 1 to 3650")
    private @Nullable Integer maximumExpiration;

    @Option(
            names = "--require-expiration",
            arity = "0",
            negatable = true,
            fallbackValue = "true",
            description = "whether new and rotated tokens must expire")
    private @Nullable Boolean requireExpiration;

    @Option(
            names = "--audit-retention",
            paramLabel = "DAYS",
            description = "for how long the audit log is kept, 1 to 3650")
    private @Nullable Integer auditRetention;

    @Mixin
    private Output output = new Output();

    OrganizationUpdate(Shell shell, Connections connections, Target target) {
        this.shell = shell;
        this.connections = connections;
        this.target = target;
    }

    @Override
    public Integer call() {
        requireDays("--maximum-expiration", maximumExpiration);
        requireDays("--audit-retention", auditRetention);
        FieldMask.Builder mask = FieldMask.newBuilder();
        Organization.Builder organization = Organization.newBuilder();
        if (displayName != null) {
            organization.setDisplayName(displayName);
            mask.addPaths("display_name");
        }
        if (maximumExpiration != null) {
            organization.setMaximumExpiryPeriodDays(maximumExpiration);
            mask.addPaths("maximum_expiry_period_days");
        }
        if (requireExpiration != null) {
            organization.setExpiryRequired(requireExpiration);
            mask.addPaths("expiry_required");
        }
        if (auditRetention != null) {
            organization.setAuditRetentionDays(auditRetention);
            mask.addPaths("audit_retention_days");
        }
        if (mask.getPathsCount() == 0) {
            throw Failure.usage("nothing to change: give --name, --maximum-expiration, --require-expiration,"
                    + " --no-require-expiration or --audit-retention");
        }
        Credential credential = connections.credential();
        organization.setName(target.name(Level.ORGANIZATION, id, credential));
        try (Peer authority = connections.authority(credential)) {
            UpdateOrganizationResponse updated = authority.call(
                    DirectoryServiceGrpc::newBlockingStub,
                    directory -> directory.updateOrganization(UpdateOrganizationRequest.newBuilder()
                            .setOrganization(organization)
                            .setUpdateMask(mask)
                            .build()));
            shell.say("Updated organization " + Entry.id(organization.getName()) + ".");
            output.print(shell, updated, () -> table(updated.getOrganization()));
        }
        return 0;
    }

    private static void requireDays(String flag, @Nullable Integer days) {
        if (days != null && (days < 1 || days > LONGEST_DAYS)) {
            throw Failure.usage(flag + " must be from 1 to " + LONGEST_DAYS + " days, got " + days);
        }
    }

    private Table table(Organization organization) {
        return new Table("ID", "NAME", "MAXIMUM EXPIRATION", "EXPIRATION", "AUDIT RETENTION", "CREATED")
                .row(
                        Entry.id(organization.getName()),
                        organization.getDisplayName(),
                        days(organization.hasMaximumExpiryPeriodDays(), organization.getMaximumExpiryPeriodDays()),
                        organization.getExpiryRequired() ? "required" : "optional",
                        days(organization.hasAuditRetentionDays(), organization.getAuditRetentionDays()),
                        new Times(shell.clock().instant()).ago(organization.getCreateTime()));
    }

    private static String days(boolean set, int days) {
        return set ? days + " days" : "default";
    }
}
