package dev.signet.authority;

import dev.signet.authority.feed.Baseline;
import dev.signet.authority.feed.LargestStaleness;
import dev.signet.authority.feed.LedgerTrust;
import dev.signet.authority.keys.FeedKey;
import dev.signet.authority.keys.KeyLife;
import dev.signet.authority.keys.KeyRing;
import dev.signet.authority.keys.KeyRotation;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.StoredFeedKey;
import dev.signet.authority.store.StoredKey;
import dev.signet.authority.store.Transaction;
import dev.signet.authority.tokens.PlatformTokens;
import dev.signet.authority.tokens.TokenMinter;
import dev.signet.authority.tokens.UserTokens;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.Roles;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must be there before an authority can serve: a signing key, the built-in roles, the policy, a platform token, the
 * feed key.
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
    private @Nullable FeedKey feedKey;

    private record Opened(KeyRotation rotation, FeedKey feedKey) {}

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
        this.ring = KeyRing.open(config.keys(), config.store().data(), ledger.read(Installation::secrets), random);
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

    /** The key that the feed is signed with, once the installation is open. */
    FeedKey feedKey() {
        return Objects.requireNonNull(feedKey, "not open yet");
    }

    private static List<String> secrets(Transaction tx) {
        return Stream.concat(
                        tx.keys().list().stream().map(StoredKey::secret),
                        tx.feedKey().find().map(StoredFeedKey::secret).stream())
                .toList();
    }

    /** Makes what is missing, and opens the keys. */
    KeyRotation open() {
        platform.requirePrivate();
        Opened opened = ledger.write(tx -> {
                    Baseline.announce(tx, roles, config.feed().policy());
                    KeyRotation rotation = rotation();
                    rotation.open(tx);
                    platform.ensure(tx);
                    return new Opened(rotation, FeedKey.open(tx, ring, keys, clock));
                })
                .value();
        feedKey = opened.feedKey();
        settle();
        if (platform.isFileMissing() && config.store().postgres() != null) {
            LOG.info("no platform token here: it was written where the first authority of this database started");
        } else if (platform.isFileMissing()) {
            LOG.warn(
                    "{} is missing, and it held the only copy; to make another, stop the authority and "
                            + "run: signet platform-token reset --data {}",
                    platform.file(),
                    config.store().data());
        }
        return opened.rotation();
    }

    /**
     * Opens the feed key, which shows whether the master key is the one that the ledger was sealed under. Changes nothing.
     *
     * @throws dev.signet.verifier.InvalidConfiguration where it is not
     */
    void requireMasterKey() {
        ledger.read(tx -> tx.feedKey()
                .find()
                .map(key -> FeedKey.open(tx, ring, keys, clock))
                .isPresent());
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
                        LargestStaleness.of(config.feed().policy()).ofAll(),
                        UserTokens.LONGEST),
                keys,
                LedgerTrust::installation,
                tx -> LedgerTrust.largestStaleness(tx).ofAll(),
                platform,
                clock);
    }
}
