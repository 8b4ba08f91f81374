package dev.signet.verifier.token;

/**
 * That a credential was accepted.
 *
 * @param organization the organization's id
 * @param subject the credential's id
 * @param millis when, by this process's clock
 */
public record Use(String organization, String subject, long millis) {}
