package dev.signet.authority.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.nimbusds.jwt.SignedJWT;
import dev.signet.authority.AuthorityConfig;
import dev.signet.authority.FakeClock;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.store.StoredKey;
import dev.signet.verifier.trust.KeyState;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** An authority that is started again and again over one store, and what its keys are. */
final class KeyHouse implements AutoCloseable {
    /** From when a key is published to when it may sign, with the default staleness. */
    static final Duration KNOWN = Duration.ofSeconds(65);

    private final FakeClock clock = new FakeClock();
    private TestAuthority authority;
    private long starts = 1;

    KeyHouse(AuthorityConfig config) {
        authority = TestAuthority.open(config, clock, starts);
    }

    TestAuthority authority() {
        return authority;
    }

    SigningKeys signingKeys() {
        return authority.signingKeys();
    }

    void restart(AuthorityConfig config) {
        authority.close();
        starts++;
        authority = TestAuthority.open(config, clock, starts);
    }

    void advance(Duration by) {
        clock.advance(by);
    }

    void advanceTo(Instant time) {
        clock.advance(Duration.between(clock.instant(), time));
    }

    List<StoredKey> keys() {
        return authority.unpublished().read(tx -> tx.keys().list());
    }

    StoredKey key(String id) {
        return KeyRotation.find(keys(), id);
    }

    KeyState state(String id) {
        return key(id).state();
    }

    List<StoredKey> in(KeyState state) {
        return KeyLife.in(state, keys());
    }

    StoredKey only(KeyState state) {
        List<StoredKey> found = in(state);
        assertEquals(1, found.size(), () -> state + " are " + found);
        return found.get(0);
    }

    StoredKey active() {
        return only(KeyState.ACTIVE);
    }

    StoredKey reserve() {
        return only(KeyState.PREPARED);
    }

    /** Lets the reserve sign, once it is old enough. */
    StoredKey rotate() {
        advance(KNOWN);
        return signingKeys().rotate(authority.platform()).value();
    }

    void revoke(String id) {
        signingKeys().revoke(authority.platform(), id);
    }

    static String signer(String token) {
        try {
            return SignedJWT.parse(token).getHeader().getKeyID();
        } catch (ParseException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        authority.close();
    }
}
