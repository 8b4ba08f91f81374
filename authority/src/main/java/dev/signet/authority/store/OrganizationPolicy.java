package dev.signet.authority.store;

/**
 * What an organization asks of its own tokens.
 *
 * @param maximumExpiryPeriodDays the longest expiration period of a token
 * @param expiryRequired whether tokens must expire
 * @param auditRetentionDays for how long the audit log is kept
 */
public record OrganizationPolicy(int maximumExpiryPeriodDays, boolean expiryRequired, int auditRetentionDays) {
    public static final int LONGEST_EXPIRY_PERIOD_DAYS = 3650;
    public static final int DEFAULT_AUDIT_RETENTION_DAYS = 90;
    public static final OrganizationPolicy DEFAULT =
            new OrganizationPolicy(LONGEST_EXPIRY_PERIOD_DAYS, false, DEFAULT_AUDIT_RETENTION_DAYS);
}
