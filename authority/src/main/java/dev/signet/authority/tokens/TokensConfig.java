package dev.signet.authority.tokens;

import dev.signet.authority.errors.Refusal;
import dev.signet.verifier.InvalidConfiguration;
import java.util.List;

/**
 * What every issued token carries.
 *
 * @param issuer the {@code iss} claim, an absolute URL
 * @param audiences whom tokens can be made for; the first one is the default, and what this authority itself answers to
 */
public record TokensConfig(String issuer, List<String> audiences) {

    public TokensConfig {
        audiences = List.copyOf(audiences);
        if (!issuer.matches("https?://[^\\s?#\"\\\\]{1,200}")) {
            throw new InvalidConfiguration(
                    "issuer", "must be an http or https URL of at most 200 characters, got " + issuer);
        }
        if (audiences.isEmpty()) {
            throw new InvalidConfiguration("audience", "at least one is needed");
        }
        for (String audience : audiences) {
            if (!audience.matches("[\\x21-\\x7e&&[^\"\\\\,]]{1,200}")) {
                throw new InvalidConfiguration(
                        "audience", "must be 1 to 200 printable characters without spaces and commas, got " + audience);
            }
        }
    }

    /** The audience of a token for which none was asked. */
    public String defaultAudience() {
        return audiences.get(0);
    }

    /** The audience that was asked for, or the default where that is empty. */
    String audience(String field, String asked) {
        if (asked.isEmpty()) {
            return defaultAudience();
        }
        if (!audiences.contains(asked)) {
            throw Refusal.invalid(field, "is none of this authority's audiences: " + asked);
        }
        return asked;
    }
}
