package dev.signet.authority;

import dev.signet.authority.feed.Baseline;
import dev.signet.authority.feed.LedgerTrust;
import dev.signet.authority.keys.KeyLife;
import dev.signet.authority.keys.KeyRing;
import dev.signet.authority.keys.KeyRotation;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.tokens.PlatformTokens;
import dev.signet.authority.tokens.TokenMinter;
import dev.signet.authority.tokens.UserTokens;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.Roles;
import dev.signet.verifier.trust.TrustPolicy;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must be there before an authority can serve: a signing key, the built-in roles, the policy, a platform token.
 * The first start makes them all in one transaction; a later one finds them, or changes nothing at all.
 */
final class Installation {
    private static final Logger LOG = LoggerFactory.getLogger(Installation.class);
    private static final String PLATFORM_TOKEN = "platform-token";

    private final AuthorityConfig config;
    private final Ledger ledger;
    private final Roles roles;
    private final VerificationKeys keys;
    private final InstantSource clock;
    private final KeyRing ring;
    private final TokenMinter minter;
    private final PlatformTokens platform;

    /**
     * Opens the HSM, where one is configured, and the master key.
     *
     * @throws dev.signet.verifier.InvalidConfiguration where one of them is missing or not to be opened
     */
    Installation(
            AuthorityConfig config,
            Ledger ledger,
            Roles roles,
            VerificationKeys keys,
            IdGenerator ids,
            InstantSource clock,
            SecureRandom random) {
        this.config = config;
        this.ledger = ledger;
        this.roles = roles;
        this.keys = keys;
        this.clock = clock;
        this.ring = KeyRing.open(
                config.keys(),
                config.store().data(),
                ledger.read(tx -> tx.keys().list()),
                random);
        this.minter = new TokenMinter(config.tokens(), ring);
        this.platform = new PlatformTokens(
                minter,
                config.tokens().defaultAudience(),
                ids,
                clock,
                config.store().data().resolve(PLATFORM_TOKEN));
    }

    KeyRing ring() {
        return ring;
    }

    TokenMinter minter() {
        return minter;
    }

    /** Makes what is missing, and opens the keys. */
    KeyRotation open() {
        KeyRotation rotation = ledger.write(tx -> {
                    Baseline.announce(tx, roles, new TrustPolicy(config.feed().maximumStaleness()));
                    KeyRotation opened = rotation();
                    opened.open(tx);
                    platform.ensure(tx);
                    return opened;
                })
                .value();
        settle();
        if (platform.isFileMissing()) {
            LOG.warn(
                    "{} is missing, and it held the only copy; to make another, stop the authority and "
                            + "run: signet platform-token reset --data {}",
                    platform.file(),
                    config.store().data());
        }
        return rotation;
    }

    Path resetPlatformToken() {
        ledger.write(tx -> {
            rotation().open(tx);
            platform.reset(tx);
            return tx;
        });
        settle();
        return platform.file();
    }

    private void settle() {
        ledger.read(tx -> {
            platform.settle(tx);
            return platform;
        });
    }

    private KeyRotation rotation() {
        return new KeyRotation(
                ring,
                new KeyLife(
                        config.keys().algorithm(),
                        config.keys().rotationPeriod(),
                        config.feed().maximumStaleness(),
                        UserTokens.LONGEST),
                keys,
                LedgerTrust::installation,
                LedgerTrust::largestStaleness,
                platform,
                clock);
    }
}
