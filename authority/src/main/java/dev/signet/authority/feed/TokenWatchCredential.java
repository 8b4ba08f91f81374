package dev.signet.authority.feed;

import dev.signet.authority.access.Access;
import dev.signet.authority.access.Call;
import dev.signet.authority.access.Caller;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.Ledger;
import dev.signet.v1.Subscribe;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.TrustState;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict;
import java.util.List;

/** A token: it watches the organization that it belongs to, or as a platform token any. */
record TokenWatchCredential(Call call, Ledger ledger, Access access, TokenVerifier verifier, TrustState state)
        implements WatchCredential {

    @Override
    public String name() {
        return call.claims().principalName();
    }

    @Override
    public String address() {
        return call.address();
    }

    @Override
    public String organization() {
        String organization = call.claims().organization();
        return organization == null ? "" : organization;
    }

    @Override
    public Subscribe admit(Subscribe asked) {
        Caller caller = ledger.read(tx -> access.identify(tx, call));
        if (asked.getAllOrganizations()) {
            caller.requirePlatform("the trust state of all organizations");
        }
        if (!caller.isPlatform()) {
            for (String organization : asked.getOrganizationsList()) {
                if (!organization.equals(caller.organization())) {
                    throw Refusal.notFound("organizations/" + organization);
                }
            }
            if (!caller.holdsAnywhere(TrustGrpc.PERMISSION)) {
                throw Refusal.permissionDenied(TrustGrpc.PERMISSION, "organizations/" + caller.organization());
            }
        }
        return asked;
    }

    @Override
    public void requireStillGood() {
        Verdict verdict = verifier.verify(call.credential().text());
        if (verdict instanceof Verdict.Rejected rejected) {
            throw Refusal.unauthenticated(rejected.reason().name(), "the watcher's credential is no longer good");
        }
        if (verdict instanceof Verdict.Accepted accepted && !mayWatch(accepted)) {
            throw Refusal.permissionDenied(
                    TrustGrpc.PERMISSION, String.valueOf(call.claims().organization()));
        }
    }

    /** Whether the roles that a credential has now still let it watch; custom roles never do. */
    private boolean mayWatch(Verdict.Accepted accepted) {
        InstallationTrust installation = state.installation();
        return accepted.claims().kind() == Kind.PLATFORM
                || (installation != null
                        && accepted.grants().byResource().values().stream()
                                .flatMap(List::stream)
                                .anyMatch(role -> installation.roles().of(role).contains(TrustGrpc.PERMISSION)));
    }

    @Override
    public boolean mayLoad(String organization) {
        String own = call.claims().organization();
        return own == null || organization.equals(own);
    }
}
