package dev.signet.authority;

import dev.signet.authority.feed.Baseline;
import dev.signet.authority.keys.KeyRing;
import dev.signet.authority.keys.MasterKey;
import dev.signet.authority.keys.SigningKey;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.Transaction;
import dev.signet.authority.tokens.PlatformTokens;
import dev.signet.authority.tokens.TokenMinter;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.Roles;
import dev.signet.verifier.trust.TrustPart;
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
    private final IdGenerator ids;
    private final InstantSource clock;
    private final KeyRing keyRing;

    /**
     * Opens the master key.
     *
     * @throws dev.signet.verifier.InvalidConfiguration where it is missing or not a key
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
        this.ids = ids;
        this.clock = clock;
        boolean sealedKeysExist = ledger.read(tx -> !tx.keys().list().isEmpty());
        MasterKey master = MasterKey.open(config.keys(), config.store().data(), sealedKeysExist, random);
        this.keyRing = new KeyRing(master, keys, clock, random);
    }

    /** Makes what is missing, and opens the key that signs. */
    TokenMinter open() {
        int index = ledger.reserveIndexes(TrustPart.INSTALLATION, 1);
        return ledger.write(tx -> {
                    TokenMinter minter = minter(tx);
                    Baseline.announce(tx, roles, new TrustPolicy(config.feed().maximumStaleness()));
                    PlatformTokens platform = platformTokens(minter);
                    platform.ensure(tx, index);
                    if (platform.isFileMissing()) {
                        LOG.warn(
                                "{} is missing, and it held the only copy; to make another, stop the authority and "
                                        + "run: signet platform-token reset --data {}",
                                platform.file(),
                                config.store().data());
                    }
                    return minter;
                })
                .value();
    }

    Path resetPlatformToken() {
        int index = ledger.reserveIndexes(TrustPart.INSTALLATION, 1);
        return ledger.write(tx -> {
                    PlatformTokens platform = platformTokens(minter(tx));
                    platform.reset(tx, index);
                    return platform.file();
                })
                .value();
    }

    private TokenMinter minter(Transaction tx) {
        SigningKey active = keyRing.active(tx);
        return new TokenMinter(config.tokens(), active);
    }

    private PlatformTokens platformTokens(TokenMinter minter) {
        return new PlatformTokens(
                minter,
                config.tokens().defaultAudience(),
                ids,
                clock,
                config.store().data().resolve(PLATFORM_TOKEN));
    }
}
