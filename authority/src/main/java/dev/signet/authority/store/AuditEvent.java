package dev.signet.authority.store;

import java.time.Instant;

/**
 * Something that somebody did, or tried to do. Never holds a secret.
 *
 * @param organization in whose log it belongs
 * @param actor resource name of the credential that was presented
 * @param action what was asked for, such as {@code token.create}
 * @param resource resource name of what it was asked for
 * @param outcome {@code OK}, or the reason of the refusal
 * @param address where the request came from
 */
public record AuditEvent(
        String organization,
        Instant time,
        String actor,
        String action,
        String resource,
        String outcome,
        String address) {
    public static final String OK = "OK";
}
