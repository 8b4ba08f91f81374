package dev.signet.authority.feed;

import dev.signet.authority.store.Transaction;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.Roles;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustPolicy;

/** What this version of the software and its configuration say of the installation. */
public final class Baseline {
    private Baseline() {}

    /** Announces the built-in roles and the policy where the ledger says something else. */
    public static void announce(Transaction tx, Roles roles, TrustPolicy policy) {
        InstallationTrust recorded = LedgerTrust.installation(tx);
        if (!recorded.roles().equals(roles)) {
            tx.announce(TrustPart.INSTALLATION, new TrustChange.RolesReplaced(roles));
        }
        // At the first start always: a later version may have another default, and verifiers go by what was announced.
        if (recorded.revision() == 0 || !recorded.policy().equals(policy)) {
            tx.announce(TrustPart.INSTALLATION, new TrustChange.PolicyChanged(policy));
        }
    }
}
