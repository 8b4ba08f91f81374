package dev.signet.authority.feed;

import dev.signet.v1.VerificationKey;
import dev.signet.verifier.feed.AuthorityLink;
import dev.signet.verifier.feed.FeedKeys;
import dev.signet.verifier.feed.KeptTrust;
import dev.signet.verifier.feed.Subscription;
import dev.signet.verifier.feed.TrustFeed;
import dev.signet.verifier.trust.NeededParts;
import dev.signet.verifier.trust.TrustState;
import dev.signet.verifier.verify.TokenVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A verifier of a simulation: real, but for its clocks, its thread and the network. */
final class VerifierProcess implements AuthorityLink {
    private final FeedSimulation world;
    private final String name;
    private final SimulatedClock clock;
    private final Set<String> watched;
    private final boolean all;
    private int preferred;
    private final List<SimulatedStream> streams = new ArrayList<>();
    private boolean suspended;
    private boolean silentUpwards;
    private boolean silentDownwards;
    private @Nullable SimulatedThread thread;
    private @Nullable TrustState state;
    private @Nullable TokenVerifier verifier;
    private final Map<Integer, Long> usedUntil = new HashMap<>();
    /** Its time of day is never set then: suspension and a time that goes back are more than is promised. */
    private final boolean suspendable;

    private int doneBefore;
    /** Grows with every start. */
    private int life;

    VerifierProcess(FeedSimulation world, String name, SimulatedClock clock, Set<String> watched, boolean all) {
        this.world = world;
        this.name = name;
        this.clock = clock;
        this.watched = watched;
        this.all = all;
        this.suspendable = world.random().nextBoolean();
    }

    void start() {
        world.trace(name, "starts");
        life++;
        SimulatedThread fresh = new SimulatedThread(world.time(), world.checks()::fault);
        // As many as there can be organizations: which one would have to make room is not for a seed to decide.
        TrustState empty = new TrustState(new NeededParts(20), world.firstStaleness(), clock::elapsed);
        TokenVerifier checking = new TokenVerifier(world.verifierConfig(), empty, clock.clocks());
        thread = fresh;
        state = empty;
        verifier = checking;
        new TrustFeed(
                        this,
                        believing(),
                        kept(),
                        new Subscription(watched, all, null, name, "simulated"),
                        empty,
                        world.codec(),
                        clock.clocks(),
                        fresh,
                        new Random(world.random().nextLong()),
                        checking::takeUses,
                        () -> world.saw("confirmations of everything"))
                .start();
    }

    /** In some seeds verifiers start from what they had on disk. */
    private KeptTrust kept() {
        Path folder = world.disk();
        if (folder == null) {
            return KeptTrust.nowhere();
        }
        try {
            return KeptTrust.in(Files.createDirectories(folder.resolve(name)), clock::sinceBoot);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The feed key, which also tells what is heard when it is heard. */
    private FeedKeys believing() {
        return new FeedKeys() {
            @Override
            public boolean accepts(VerificationKey welcomed) {
                return world.feedKey().accepts(welcomed);
            }

            @Override
            public boolean knows(VerificationKey key) {
                return world.feedKey().knows(key);
            }

            @Override
            public boolean verifies(byte[] input, byte[] signature) {
                world.checks().heard(VerifierProcess.this, KeyedHash.statement(input));
                return world.feedKey().verifies(input, signature);
            }
        };
    }

    void crash() {
        world.trace(name, "crashes");
        if (thread != null) {
            thread.shutdown();
        }
        thread = null;
        state = null;
        verifier = null;
        boolean told = world.random().nextBoolean();
        streams.forEach(stream -> stream.verifierGone(told));
        streams.clear();
    }

    @Override
    public Requests watch(Responses responses) {
        AuthorityProcess chosen =
                world.authorities().get(preferred % world.authorities().size());
        world.trace(name, "goes to " + chosen);
        SimulatedStream stream = new SimulatedStream(world, this, chosen, responses);
        streams.clear();
        streams.add(stream);
        return stream;
    }

    @Override
    public void leaveConnection() {
        preferred++;
    }

    /** Lets nothing through in these directions, and tells nobody; or lets through all that was held. */
    void partition(boolean upwards, boolean downwards) {
        world.trace(name, "is cut off: upwards " + upwards + ", downwards " + downwards);
        silentUpwards = upwards;
        silentDownwards = downwards;
        streams.forEach(stream -> stream.partition(upwards, downwards));
    }

    boolean isSilentUpwards() {
        return silentUpwards;
    }

    boolean isSilentDownwards() {
        return silentDownwards;
    }

    /** Its connection ends, and either end may learn of it. */
    void breakOff() {
        world.trace(name, "loses its connection");
        streams.forEach(stream -> stream.breakOff(true, world.random().nextBoolean()));
    }

    /** Stands still: nothing is done and nothing asked, and the monotonic clock does not run. */
    void suspend() {
        SimulatedThread running = thread;
        if (running != null && !running.isBusy() && !suspended) {
            world.trace(name, "is suspended");
            suspended = true;
            clock.suspend();
            running.pause();
        }
    }

    /** Whatever stood still goes on. */
    void resume() {
        if (suspended) {
            world.trace(name, "goes on");
            suspended = false;
            clock.resume();
        }
        if (thread != null) {
            thread.resume();
        }
    }

    /** Its feed stands still, but verdicts are given. */
    void stall(long nanos) {
        SimulatedThread stalled = thread;
        if (stalled != null && !stalled.isBusy()) {
            world.trace(name, "has a feed that stands still");
            stalled.pause();
            world.time().in(nanos, () -> {
                if (!suspended) {
                    stalled.resume();
                }
            });
        }
    }

    /** Whether its thread did something since this was asked last. */
    boolean didSomething() {
        int done = thread == null ? 0 : thread.done();
        boolean changed = done != doneBefore;
        doneBefore = done;
        return changed;
    }

    /** Whether it decides now. */
    boolean decides() {
        return state != null && !suspended;
    }

    boolean isAlive() {
        return state != null;
    }

    TrustState state() {
        if (state == null) {
            throw new IllegalStateException(name + " is down");
        }
        return state;
    }

    TokenVerifier verifier() {
        if (verifier == null) {
            throw new IllegalStateException(name + " is down");
        }
        return verifier;
    }

    SimulatedClock clock() {
        return clock;
    }

    int life() {
        return life;
    }

    /** Whether tokens of an organization are presented here now. */
    boolean uses(int organization) {
        return watches(world.texts().organization(organization))
                || usedUntil.getOrDefault(organization, 0L) > world.time().now();
    }

    /** Tokens of an organization are presented here for a while. */
    void use(int organization, long nanos) {
        usedUntil.put(organization, world.time().now() + nanos);
    }

    boolean isSuspendable() {
        return suspendable;
    }

    boolean watches(String organization) {
        return all || watched.contains(organization);
    }

    @Override
    public String toString() {
        return name;
    }
}
