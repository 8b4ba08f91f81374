package dev.signet.authority.feed;

import dev.signet.v1.Statement;
import dev.signet.v1.WatchRequest;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.verify.Verdict;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/** What must hold after every step. The simulation knows everything, and nobody in it is asked what is true. */
final class Checks {
    /** Verifiers' clocks are at most so much slow. */
    private static final double SLOWEST = 1 - FeedSimulation.LARGEST_DRIFT;

    private static final long MILLISECOND = 1_000_000;

    private static final NavigableSet<Long> NOTHING = new TreeSet<>();

    private final FeedSimulation world;
    private final Map<VerifierProcess, Known> known = new HashMap<>();

    /** What an invariant is called in reports. */
    enum Invariant {
        PROMISE("accepted after certain_by"),
        STATE("a verifier's state is not the authority's at its revision"),
        STALENESS("staleness is under-reported"),
        ACKNOWLEDGED("acknowledged and not in every later verdict"),
        HEALING("a part was asked for again, and no fault explains it"),
        CONVERGENCE("not well though nothing is wrong any more"),
        FAULT("an exception that nobody handles");

        private final String words;

        Invariant(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /** What is known of one life of a verifier. */
    private static final class Known {
        private final int life;
        private final Map<String, TrustPart> checked = new HashMap<>();
        /** By part, the revisions from which on it may differ from the truth. */
        private final Map<String, NavigableSet<Long>> doubted = new HashMap<>();

        /** Parts of which something falsified came: what builds on that is not promised until it is noticed. */
        private final Set<String> falsified = new HashSet<>();

        private String ledgerId = "";
        private long acknowledged;
        private boolean everDoubted;

        Known(int life) {
            this.life = life;
        }
    }

    Checks(FeedSimulation world) {
        this.world = world;
    }

    void fault(Throwable fault) {
        StringWriter text = new StringWriter();
        fault.printStackTrace(new PrintWriter(text));
        world.fail(Invariant.FAULT, text.toString());
    }

    private Known of(VerifierProcess verifier) {
        Known before = known.get(verifier);
        if (before == null || before.life != verifier.life()) {
            before = new Known(verifier.life());
            known.put(verifier, before);
        }
        return before;
    }

    /** A fault makes the verifier lack a change, which it must notice before it does anything else with the part. */
    void lost(VerifierProcess verifier) {
        of(verifier).everDoubted = true;
    }

    /** A fault makes the verifier's part differ from the authority's, which it must notice by its digest. */
    void falsified(VerifierProcess verifier, String part, long revision) {
        Known of = of(verifier);
        of.falsified.add(part);
        of.doubted.computeIfAbsent(part, id -> new TreeSet<>()).add(revision);
        of.everDoubted = true;
    }

    /** A verifier says something. */
    void said(VerifierProcess verifier, AuthorityProcess authority, WatchRequest message) {
        Known of = of(verifier);
        if (message.hasAck()) {
            of.acknowledged = Math.max(of.acknowledged, message.getAck().getRevision());
            world.saw("acknowledgements");
            acknowledged(verifier, of);
        } else if (message.hasLoad()) {
            boolean held = verifier.state().held(message.getLoad().getPart()) != null;
            world.saw(held ? "parts that were healed" : "parts that were needed");
            if (held && !of.everDoubted) {
                world.fail(Invariant.HEALING, verifier + " asks " + authority + " for " + message.getLoad());
            }
        } else if (message.hasRelease()) {
            world.saw("parts that were let go");
        }
    }

    /** A verifier takes what was said. */
    void heard(VerifierProcess verifier, Statement statement) {
        Known of = of(verifier);
        // The first is what was kept on disk.
        if ((statement.hasSnapshot() || of.ledgerId.isEmpty()) && !of.ledgerId.equals(statement.getLedgerId())) {
            of.ledgerId = statement.getLedgerId();
            of.acknowledged = 0;
            of.checked.clear();
        }
    }

    /** @param everyone also those that did nothing meanwhile */
    void states(boolean everyone) {
        for (VerifierProcess verifier : world.verifiers()) {
            if (verifier.decides() && (verifier.didSomething() || everyone)) {
                state(verifier);
            }
        }
    }

    /** Whether all that the verifier holds is what the authority had, and how old it says it is. */
    private void state(VerifierProcess verifier) {
        Known of = of(verifier);
        History history = world.history(of.ledgerId);
        for (Map.Entry<String, Long> held : verifier.state().revisions().entrySet()) {
            String id = held.getKey();
            TrustPart part = verifier.state().held(id);
            if (part == null) {
                continue;
            }
            if (part != of.checked.get(id)) {
                TrustPart truth = history.at(id, part.revision());
                NavigableSet<Long> doubted =
                        of.doubted.getOrDefault(id, NOTHING).headSet(part.revision(), true);
                if (part.confirmed(Freshness.NEVER).equals(truth)) {
                    doubted.clear();
                    if (of.doubted.getOrDefault(id, NOTHING).isEmpty()) {
                        of.falsified.remove(id);
                    }
                } else if (doubted.isEmpty()) {
                    world.fail(Invariant.STATE, verifier + " holds " + part + ", and the authority had " + truth);
                    return;
                }
                of.checked.put(id, part);
            }
            long replaced = history.replacedAt(id, part.revision());
            long missingFor = world.time().now() - replaced;
            if (missingFor > 0
                    && part.freshness().ageNanos(verifier.clock().clocks().now())
                            < missingFor * SLOWEST - 2 * MILLISECOND) {
                world.fail(
                        Invariant.STALENESS,
                        verifier + " says that " + id + " at " + part.revision() + " is "
                                + part.freshness()
                                                .ageNanos(verifier.clock()
                                                        .clocks()
                                                        .now())
                                        / MILLISECOND
                                + " ms old, and lacks something since " + missingFor / MILLISECOND + " ms");
                return;
            }
        }
        acknowledged(verifier, of);
    }

    private void acknowledged(VerifierProcess verifier, Known of) {
        if (of.acknowledged == 0 || of.everDoubted || !verifier.isAlive()) {
            return;
        }
        History history = world.history(of.ledgerId);
        verifier.state().revisions().forEach((part, revision) -> {
            TrustPart held = verifier.state().held(part);
            // What was never confirmed decides nothing.
            if (held != null
                    && held.freshness() != Freshness.NEVER
                    && revision < history.lastUpTo(part, of.acknowledged)) {
                world.fail(
                        Invariant.ACKNOWLEDGED,
                        verifier + " acknowledged " + of.acknowledged + " and holds " + part + " at " + revision);
            }
        });
    }

    /** What every verifier says of every token; those that it would have to load for it only when they are used there. */
    void verdicts(VerifierProcess verifier) {
        if (!verifier.decides() || verifier.state().installation() == null) {
            return;
        }
        Known of = of(verifier);
        for (Credential credential : world.workload().credentials().all()) {
            if (verifier.uses(credential.organization)
                    && !of.falsified.contains(TrustPart.INSTALLATION)
                    && !of.falsified.contains(world.texts().organization(credential.organization))) {
                for (Credential.Value value : credential.values) {
                    verdict(verifier, credential, value);
                }
            }
        }
    }

    private void verdict(VerifierProcess verifier, Credential credential, Credential.Value value) {
        long now = world.time().now();
        boolean denied = world.workload().roleDenied(credential.organization) < now;
        if (value.certain >= now && credential.oldestVersion(now) == 0 && !denied) {
            // Whatever it says, nothing was promised of it yet.
            return;
        }
        world.saw("verdicts that were promised");
        Verdict verdict = verifier.verifier().verify(value.text);
        if (!(verdict instanceof Verdict.Accepted accepted)) {
            return;
        }
        world.saw("tokens accepted");
        if (value.certain < now) {
            world.fail(
                    Invariant.PROMISE,
                    verifier + " accepts " + value + " " + (now - value.certain) / MILLISECOND
                            + " ms after it was certain not to: " + value.why);
            return;
        }
        TokenTexts texts = world.texts();
        int version = texts.version(credential.organization, accepted.grants());
        if (version < credential.oldestVersion(now)) {
            world.fail(
                    Invariant.PROMISE,
                    verifier + " gives " + value + " grants " + version + ", certainly superseded by "
                            + credential.oldestVersion(now));
            return;
        }
        if (denied) {
            ResourcePath deployment = ResourcePath.deployment(
                    texts.organization(credential.organization),
                    texts.workspace(credential.organization),
                    texts.deployment(credential.organization));
            if (verifier.verifier().check(value.text, Workload.PERMISSION, deployment) instanceof Verdict.Accepted) {
                world.fail(Invariant.PROMISE, verifier + " permits " + value + " what its role certainly does not");
            }
        }
    }

    /** When nothing was wrong for long. */
    void converged() {
        for (VerifierProcess verifier : world.verifiers()) {
            Known of = of(verifier);
            History history = world.history(world.store().id());
            Map<String, Long> held = verifier.state().revisions();
            held.forEach((part, revision) -> {
                TrustPart now = verifier.state().held(part);
                if (!of.ledgerId.equals(world.store().id()) || revision != history.lastUpTo(part, history.head())) {
                    world.fail(Invariant.CONVERGENCE, verifier + " holds " + part + " at " + revision);
                } else if (now != null
                        && now.freshness().ageNanos(verifier.clock().clocks().now()) > world.largestStaleness()) {
                    world.fail(Invariant.CONVERGENCE, verifier + " is not fresh in " + part);
                }
            });
            for (Credential credential : world.workload().credentials().all()) {
                for (Credential.Value value : credential.values) {
                    if (verifier.watches(world.texts().organization(credential.organization))) {
                        converged(verifier, value);
                    }
                }
            }
        }
    }

    /** Presents every token everywhere. */
    void present() {
        for (VerifierProcess verifier : world.verifiers()) {
            for (Credential credential : world.workload().credentials().all()) {
                if (verifier.decides() && verifier.watches(world.texts().organization(credential.organization))) {
                    credential.values.forEach(value -> verifier.verifier().verify(value.text));
                }
            }
        }
    }

    private void converged(VerifierProcess verifier, Credential.Value value) {
        Verdict verdict = verifier.verifier().verify(value.text);
        boolean accepted = verdict instanceof Verdict.Accepted;
        boolean good = world.workload().credentials().isGood(value);
        world.saw(good ? "good tokens at the end" : "ended tokens at the end");
        if (good && !accepted) {
            world.fail(Invariant.CONVERGENCE, verifier + " refuses the good " + value + ": " + verdict);
        }
        if (accepted && value.certain < world.time().now()) {
            world.fail(Invariant.PROMISE, verifier + " accepts " + value + " at the end: " + value.why);
        }
    }
}
