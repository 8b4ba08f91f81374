package dev.signet.authority.feed;

import dev.signet.authority.store.ApiToken;
import dev.signet.authority.store.EndedValue;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.verify.VerifierConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** What is done to single tokens in a simulation, with the rows and changes that the services make of it. */
final class CredentialWork {
    private final FeedSimulation world;
    private final Changes changes;
    private final Random random;
    private final TokenTexts texts;
    private final List<Credential> all = new ArrayList<>();
    private final int[] made = new int[TokenTexts.ORGANIZATIONS];
    private final long[] epochs = new long[TokenTexts.ORGANIZATIONS];
    private long epoch;
    private boolean secondKeyRevoked;

    CredentialWork(FeedSimulation world, Changes changes) {
        this.world = world;
        this.changes = changes;
        this.random = world.random();
        this.texts = world.texts();
    }

    List<Credential> all() {
        return all;
    }

    boolean isSecondKeyRevoked() {
        return secondKeyRevoked;
    }

    /** One of an organization that is not deleted; null where there is none. */
    @Nullable
    Credential any(int organization) {
        List<Credential> of = all.stream()
                .filter(each -> each.organization == organization && !each.deleted)
                .toList();
        return of.isEmpty() ? null : of.get(random.nextInt(of.size()));
    }

    /** A new token needs no change, only a row. */
    void create(AuthorityProcess by, int organization) {
        if (made[organization] == TokenTexts.SUBJECTS) {
            return;
        }
        Credential credential = new Credential(
                organization,
                made[organization]++,
                random.nextInt(3) == 0 ? TokenTexts.PATIENT : VerifierConfig.DEFAULT_AUDIENCE);
        Credential.Value value = issue(credential);
        changes.with(organization, () -> {
            try {
                by.write(tx -> tx.tokens().insert(token(credential, value)));
                all.add(credential);
                credential.values.add(value);
                world.trace(by, "issues " + value);
            } catch (IllegalStateException e) {
                world.trace(by, "cannot issue " + value);
            }
        });
    }

    /** A new value of a token. */
    private Credential.Value issue(Credential credential) {
        int number = credential.values.size();
        long head = world.store().head();
        // The revision that grants were read at; a lower one does as well, and fewer tokens are to be signed.
        long atLeast = Math.max(credential.changed, Math.max(epoch, epochs[credential.organization]));
        long read = Math.max(head / 8 * 8, Math.min(head, atLeast));
        long expireSecond = TokenTexts.NEVER;
        if (random.nextInt(3) == 0) {
            long step = Math.max(1, world.staleness().toSeconds() / 2);
            long now = SimulatedClock.START.plusNanos(world.time().now()).getEpochSecond();
            expireSecond = (now / step + 2 + random.nextInt(5)) * step;
        }
        int key = secondKeyRevoked || random.nextInt(4) > 0 ? 0 : 1;
        TokenTexts.Claimed claimed = new TokenTexts.Claimed(
                key,
                credential.audience,
                credential.organization,
                credential.subject,
                credential.subject * TokenTexts.VALUES + number,
                credential.version,
                read,
                expireSecond);
        Credential.Value value = new Credential.Value(credential, claimed, texts.text(claimed));
        if (expireSecond != TokenTexts.NEVER) {
            long expires = world.trueTime(Instant.ofEpochSecond(expireSecond));
            value.certain(expires + world.verifierConfig().skew().toNanos() + world.clockSlack(expires), "it expired");
        }
        return value;
    }

    private ApiToken token(Credential credential, Credential.Value value) {
        return new ApiToken(
                texts.subject(credential.organization, credential.subject),
                ResourcePath.organization(texts.organization(credential.organization)),
                "",
                "",
                texts.grants(credential.organization, credential.version),
                null,
                SimulatedClock.START,
                SimulatedClock.START,
                null,
                "",
                1,
                value.issued(texts),
                null,
                null);
    }

    boolean isGood(Credential.Value value) {
        long expires = value.claimed.expireSecond();
        return !value.ended
                && (expires == TokenTexts.NEVER
                        || world.trueTime(Instant.ofEpochSecond(expires))
                                > world.time().now()
                                        + world.clockSlack(world.time().now())
                                        + FeedSimulation.LARGEST_OFFSET);
    }

    void delete(AuthorityProcess by, Credential credential) {
        List<Credential.Value> ended = credential.values;
        changes.make(
                by,
                credential.organization,
                "delete " + ended,
                Instant.MIN,
                tx -> {
                    ApiToken token = find(tx, credential);
                    tx.tokens().delete(token.id());
                    tx.revoke(texts.organization(credential.organization), token.ended());
                },
                revision -> {
                    credential.deleted = true;
                    ended.forEach(value -> value.ended = true);
                },
                certain -> ended.forEach(value -> value.certain(certain.to(value), "its token was deleted")));
    }

    private ApiToken find(Transaction tx, Credential credential) {
        return tx.tokens()
                .find(texts.subject(credential.organization, credential.subject))
                .orElseThrow();
    }

    void rotate(AuthorityProcess by, Credential credential) {
        if (credential.values.size() == TokenTexts.VALUES) {
            return;
        }
        int last = credential.values.size() - 1;
        Credential.Value old = credential.values.get(last);
        Credential.Value fresh = issue(credential);
        long grace = random.nextInt(3) == 0 ? 0 : random.nextLong(3 * world.largestStaleness());
        Instant notAfter =
                Instant.ofEpochMilli(by.clock().wall().plusNanos(grace).toEpochMilli());
        world.saw(grace == 0 ? "rotations" : "rotations with grace");
        String part = texts.organization(credential.organization);
        changes.make(
                by,
                credential.organization,
                "rotate " + old + " until " + notAfter,
                notAfter,
                tx -> {
                    ApiToken token = find(tx, credential);
                    ApiToken.Previous previous = grace == 0
                            ? null
                            : new ApiToken.Previous(
                                    "",
                                    old.claimed.index(),
                                    "",
                                    notAfter,
                                    token.value().expireTime());
                    tx.tokens().update(token.rotated(fresh.issued(texts), previous, SimulatedClock.START));
                    if (previous == null) {
                        tx.revoke(part, token.ended());
                    } else {
                        if (token.previous() != null) {
                            tx.revoke(part, List.of(token.previous().ended()));
                        }
                        tx.revoke(part, EndedValue.of(token.value()), notAfter);
                    }
                },
                revision -> {
                    old.ended = true;
                    credential.values.add(fresh);
                },
                certain -> {
                    credential
                            .values
                            .subList(0, last)
                            .forEach(value -> value.certain(certain.to(value), "it was rotated again"));
                    long when = certain.to(old);
                    old.certain(when + (grace == 0 ? 0 : world.clockSlack(when)), "it was rotated");
                });
    }

    void regrant(AuthorityProcess by, Credential credential) {
        int version = credential.version + 1;
        Grants grants = texts.grants(credential.organization, version);
        changes.make(
                by,
                credential.organization,
                "regrant " + credential.values + " " + version,
                Instant.MIN,
                tx -> {
                    ApiToken token = find(tx, credential);
                    tx.announce(
                            texts.organization(credential.organization),
                            new TrustChange.GrantsOverridden(token.id(), grants));
                    tx.tokens().update(token.granted(grants));
                },
                revision -> {
                    credential.version = version;
                    credential.changed = revision;
                    credential.versionCertain.add(Long.MAX_VALUE);
                },
                certain -> credential.versionCertain.set(version - 1, certain.to(credential.audience)));
    }

    /** Ends every value whose grants were read before. */
    List<Credential.Value> raiseEpoch(int organization, long revision) {
        if (organization == Changes.ALL) {
            epoch = revision;
        } else {
            epochs[organization] = revision;
        }
        return end(all.stream()
                .filter(each -> organization == Changes.ALL || each.organization == organization)
                .flatMap(each -> each.values.stream())
                .filter(value -> value.claimed.grantsRevision() < revision)
                .toList());
    }

    List<Credential.Value> revokeSecondKey() {
        secondKeyRevoked = true;
        return end(all.stream()
                .flatMap(each -> each.values.stream())
                .filter(value -> value.claimed.key() == 1)
                .toList());
    }

    private static List<Credential.Value> end(List<Credential.Value> values) {
        values.forEach(value -> value.ended = true);
        return values;
    }

    /** Everyone's epoch was raised, in a store that may know less than was known before. */
    void startHistoryOver(long head, boolean secondKeyRevoked) {
        this.secondKeyRevoked = secondKeyRevoked;
        epoch = head;
        for (Credential credential : all) {
            credential.deleted = true;
            end(credential.values);
        }
    }
}
