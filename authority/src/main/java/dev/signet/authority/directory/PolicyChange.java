package dev.signet.authority.directory;

import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.OrganizationPolicy;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What changes of an organization's policy; null leaves a part as it is, empty sets its default.
 *
 * @param maximumExpiryPeriodDays 1 to 3650
 * @param expiryRequired whether tokens must expire
 * @param auditRetentionDays 1 to 3650
 */
public record PolicyChange(
        @Nullable OptionalInt maximumExpiryPeriodDays,
        @Nullable Boolean expiryRequired,
        @Nullable OptionalInt auditRetentionDays) {
    private static final int LONGEST = OrganizationPolicy.LONGEST_EXPIRY_PERIOD_DAYS;

    public PolicyChange {
        requireDays("organization.maximum_expiry_period_days", maximumExpiryPeriodDays);
        requireDays("organization.audit_retention_days", auditRetentionDays);
    }

    OrganizationPolicy of(OrganizationPolicy before) {
        return new OrganizationPolicy(
                maximumExpiryPeriodDays == null
                        ? before.maximumExpiryPeriodDays()
                        : maximumExpiryPeriodDays.orElse(LONGEST),
                expiryRequired == null ? before.expiryRequired() : expiryRequired,
                auditRetentionDays == null
                        ? before.auditRetentionDays()
                        : auditRetentionDays.orElse(OrganizationPolicy.DEFAULT_AUDIT_RETENTION_DAYS));
    }

    private static void requireDays(String field, @Nullable OptionalInt days) {
        if (days != null && days.isPresent() && (days.getAsInt() < 1 || days.getAsInt() > LONGEST)) {
            throw Refusal.invalid(field, "must be from 1 to " + LONGEST + ", is " + days.getAsInt());
        }
    }
}
