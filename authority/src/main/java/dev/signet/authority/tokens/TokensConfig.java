package dev.signet.authority.tokens;

import dev.signet.verifier.InvalidConfiguration;

/**
 * What every issued token carries.
 *
 * @param issuer the {@code iss} claim, an absolute URL
 * @param audience the {@code aud} claim
 */
public record TokensConfig(String issuer, String audience) {

    public TokensConfig {
        if (!issuer.matches("https?://[^\\s?#\"\\\\]{1,200}")) {
            throw new InvalidConfiguration(
                    "issuer", "must be an http or https URL of at most 200 characters, got " + issuer);
        }
        if (!audience.matches("[\\x21-\\x7e&&[^\"\\\\]]{1,200}")) {
            throw new InvalidConfiguration(
                    "audience", "must be 1 to 200 printable characters without spaces, got " + audience);
        }
    }
}
