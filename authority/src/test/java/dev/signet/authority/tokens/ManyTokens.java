package dev.signet.authority.tokens;

import dev.signet.authority.TestAuthority;
import dev.signet.authority.keys.SigningKey;
import dev.signet.authority.store.ApiToken;
import dev.signet.authority.store.EndedValue;
import dev.signet.authority.store.IssuedValue;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.ResourcePath;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * As many tokens as an installation has that has been used for years, made at once.
 *
 * @param good some of those that are good
 * @param ended some of those that were revoked
 */
public record ManyTokens(List<Tokens.WithValue> good, List<Tokens.WithValue> ended) {
    private static final int AT_ONCE = 1_000;
    /** Of so many, the values of one that is good and one that is revoked are kept. */
    private static final int SHOWN = 100;

    /** Tokens of one organization, one in a hundred of which is revoked. Nobody is told of them before the next start. */
    public static ManyTokens issue(TestAuthority authority, ResourcePath organization, int count) {
        String org = organization.organization();
        Grants grants = Grants.of(organization.id(), "ORGANIZATION_MEMBER");
        TokenIssuer issuer = new TokenIssuer(authority.minter(), authority.ids());
        int first = authority.unpublished().reserveIndexes(org, count);
        ManyTokens all = new ManyTokens(new ArrayList<>(), new ArrayList<>());
        for (int from = 0; from < count; from += AT_ONCE) {
            int batch = from;
            Instant now = authority.clock().instant().truncatedTo(ChronoUnit.MICROS);
            ManyTokens made = authority
                    .unpublished()
                    .write(tx -> {
                        ManyTokens shown = new ManyTokens(new ArrayList<>(), new ArrayList<>());
                        SigningKey signer = issuer.signer(tx);
                        long head = tx.trust().head();
                        List<EndedValue> ended = new ArrayList<>();
                        for (int i = batch; i < Math.min(count, batch + AT_ONCE); i++) {
                            IssuedValue value = new IssuedValue(
                                    authority.ids().nextValueId(),
                                    first + i,
                                    signer.id(),
                                    head,
                                    TestAuthority.AUDIENCE,
                                    now,
                                    null);
                            ApiToken token = new ApiToken(
                                    authority.ids().next(IdType.TOKEN),
                                    organization,
                                    "token " + i,
                                    "",
                                    grants,
                                    null,
                                    now,
                                    now,
                                    null,
                                    "platformTokens/none",
                                    1,
                                    value,
                                    null,
                                    null);
                            boolean end = i % SHOWN == 0;
                            if (end) {
                                ended.add(EndedValue.of(value));
                                shown.ended.add(issuer.withValue(tx, signer, token));
                                continue;
                            }
                            tx.tokens().insert(token);
                            if (i % SHOWN == 1) {
                                shown.good.add(issuer.withValue(tx, signer, token));
                            }
                        }
                        tx.revoke(org, ended);
                        return shown;
                    })
                    .value();
            all.good.addAll(made.good);
            all.ended.addAll(made.ended);
        }
        return all;
    }
}
