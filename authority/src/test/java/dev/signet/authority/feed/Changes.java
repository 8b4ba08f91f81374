package dev.signet.authority.feed;

import dev.signet.authority.store.Transaction;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.verify.VerifierConfig;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Makes changes one at a time in each organization, as locked rows would have it, and notes what is promised of them. */
final class Changes {
    /** In place of an organization: the installation, and with it all of them. */
    static final int ALL = -1;

    private final FeedSimulation world;
    private final Set<Integer> locked = new HashSet<>();
    private int history;

    Changes(FeedSimulation world) {
        this.world = world;
    }

    int underWay() {
        return locked.size();
    }

    boolean mayChange(int organization) {
        return !locked.contains(ALL) && !locked.contains(organization);
    }

    /** Does something while nothing else changes in the organization. */
    void with(int organization, Runnable work) {
        locked.add(organization);
        try {
            work.run();
        } finally {
            locked.remove(organization);
        }
    }

    /** Does something that concerns everyone, unless others are in the middle of something. */
    void alone(Runnable work) {
        if (locked.isEmpty()) {
            with(ALL, work);
        }
    }

    /** What is told from now on of changes before is told of another history. */
    void startHistoryOver() {
        history++;
    }

    void makeToAll(
            AuthorityProcess by,
            String what,
            Consumer<Transaction> work,
            LongConsumer committed,
            Consumer<Certain> certain) {
        if (locked.isEmpty()) {
            make(by, ALL, what, Instant.MIN, work, committed, certain);
        }
    }

    /**
     * Makes a change.
     *
     * @param effective from when it is to hold
     * @param committed told of its revision
     * @param certain told when it is certain, where somebody lives to tell
     */
    void make(
            AuthorityProcess by,
            int organization,
            String what,
            Instant effective,
            Consumer<Transaction> work,
            LongConsumer committed,
            Consumer<Certain> certain) {
        String part =
                organization == ALL ? TrustPart.INSTALLATION : world.texts().organization(organization);
        int then = history;
        AuthorityProcess.Written written = by.begin(what, part, effective);
        with(organization, () -> {
            try {
                written.commit(work, committed);
            } catch (IllegalStateException e) {
                world.trace(by, "cannot commit: " + what);
            }
        });
        written.publish(told -> {
            Certain from = Certain.of(told, world.time().now(), by.clock());
            world.trace(by, "tells that " + told.revision() + " is certain in " + told.certainIn());
            world.saw("promises");
            if (then == history) {
                certain.accept(from);
            }
            for (String audience : List.of(VerifierConfig.DEFAULT_AUDIENCE, TokenTexts.PATIENT)) {
                world.time().in(from.to(audience) - world.time().now() + 1_000, world::checkEverything);
            }
        });
    }
}
