package dev.signet.authority.keys;

import dev.signet.authority.AuthorityConfig;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.store.Ledger;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.token.IdGenerator;

final class ThreeRingsTest extends ThreeRingsContract {
    @Override
    Ledger open(AuthorityConfig config, TrustCodec codec, IdGenerator ids) {
        return TestAuthority.ledger(config, codec, ids);
    }
}
