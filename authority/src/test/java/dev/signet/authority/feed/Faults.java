package dev.signet.authority.feed;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.signet.v1.Change;
import dev.signet.v1.EpochRaised;
import dev.signet.v1.SignedStatement;
import dev.signet.v1.Statement;
import dev.signet.v1.TrustChange;
import dev.signet.v1.WatchResponse;
import dev.signet.verifier.feed.SignedStatements;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** What goes wrong in a simulation, and for how long. */
final class Faults {
    private final FeedSimulation world;
    private final Random random;
    /** Some seeds lose messages within a stream, as no network does: then verifiers must notice. */
    private final boolean manglesMessages;

    private final boolean losesAcknowledgements;
    private boolean over;

    Faults(FeedSimulation world) {
        this.world = world;
        this.random = world.random();
        this.manglesMessages = random.nextInt(6) == 0;
        this.losesAcknowledgements = random.nextInt(3) == 0;
    }

    boolean areOver() {
        return over;
    }

    /** One more thing goes wrong. */
    void another() {
        VerifierProcess verifier =
                world.verifiers().get(random.nextInt(world.verifiers().size()));
        AuthorityProcess authority =
                world.authorities().get(random.nextInt(world.authorities().size()));
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> partition(verifier);
            case 3 -> verifier.breakOff();
            case 4 -> crash(verifier);
            case 5 -> crash(authority);
            case 6 -> cutOffStore(authority);
            case 7, 8 -> disturbClock(verifier);
            case 9 -> verifier.stall(span());
            case 10 -> authority.stall(span() / 4);
            case 11 -> restore();
            default -> throw new IllegalStateException();
        }
    }

    /** From a moment to well beyond the maximum staleness. */
    private long span() {
        double most = random.nextInt(3) == 0 ? 2.5 : 0.5;
        return (long) (world.largestStaleness() * most * random.nextDouble());
    }

    private void partition(VerifierProcess verifier) {
        int which = random.nextInt(3);
        verifier.partition(which != 0, which != 1);
        world.saw(which == 2 ? "partitions" : "partitions in one direction");
        world.time().in(span(), () -> verifier.partition(false, false));
    }

    private void crash(VerifierProcess verifier) {
        if (verifier.isAlive()) {
            world.saw("crashes of verifiers");
            verifier.resume();
            verifier.crash();
            world.time().in(span(), () -> {
                if (!verifier.isAlive()) {
                    verifier.start();
                }
            });
        }
    }

    private void crash(AuthorityProcess authority) {
        if (authority.isAlive()) {
            world.saw("crashes of authorities");
            authority.crash(random.nextBoolean());
            world.time().in(span() / 2, authority::startUnlessAlive);
        }
    }

    private void cutOffStore(AuthorityProcess authority) {
        world.saw("stores that cannot be reached");
        authority.cutOffStore(true);
        world.time().in(span(), () -> authority.cutOffStore(false));
    }

    /** A machine is suspended, or its time of day is set; both would be more than is promised. */
    private void disturbClock(VerifierProcess verifier) {
        if (verifier.isSuspendable()) {
            world.saw("suspensions");
            verifier.suspend();
            world.time().in(span(), verifier::resume);
        } else {
            long jump = random.nextBoolean() ? span() : -span();
            world.saw(jump > 0 ? "jumps ahead" : "jumps back");
            world.trace(verifier, "has its time of day set by " + jump / 1_000_000 + " ms");
            verifier.clock().setWall(jump);
        }
    }

    private void restore() {
        if (random.nextInt(4) == 0) {
            world.workload().restore();
        }
    }

    boolean losesAcknowledgement() {
        return losesAcknowledgements && !over && random.nextInt(4) == 0;
    }

    /** What becomes of a message; null where it is lost. */
    @Nullable
    WatchResponse mangled(VerifierProcess verifier, WatchResponse message) {
        if (!manglesMessages || over || !message.hasSigned() || random.nextInt(4) > 0) {
            return message;
        }
        Statement statement = read(message);
        if (!statement.hasChanges()) {
            return message;
        }
        if (random.nextBoolean()) {
            world.checks().lost(verifier);
            world.saw("changes that are lost");
            world.trace(verifier, "loses " + Said.by(statement));
            return null;
        }
        world.saw("changes that are falsified");
        world.checks()
                .falsified(
                        verifier,
                        statement.getChanges().getPart(),
                        statement.getChanges().getChanges(0).getRevision());
        world.trace(verifier, "gets falsified " + Said.by(statement));
        List<Change> falsified = statement.getChanges().getChangesList().stream()
                .map(change -> change.toBuilder()
                        .setChange(TrustChange.newBuilder().setEpochRaised(EpochRaised.getDefaultInstance()))
                        .build())
                .toList();
        ByteString bytes = statement.toBuilder()
                .setChanges(statement.getChanges().toBuilder().clearChanges().addAllChanges(falsified))
                .build()
                .toByteString();
        return WatchResponse.newBuilder()
                .setSigned(SignedStatement.newBuilder()
                        .setStatement(bytes)
                        .setSignature(ByteString.copyFrom(world.feedKey().sign(SignedStatements.input(bytes)))))
                .build();
    }

    static Statement read(WatchResponse message) {
        try {
            return Statement.parseFrom(message.getSigned().getStatement());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Nothing goes wrong any more, and what was wrong is not. */
    void end() {
        world.trace("everything", "is well from now on");
        over = true;
        for (AuthorityProcess authority : world.authorities()) {
            authority.cutOffStore(false);
            authority.goOn();
            authority.startUnlessAlive();
        }
        for (VerifierProcess verifier : world.verifiers()) {
            verifier.partition(false, false);
            verifier.resume();
            verifier.clock().correctWall();
            if (!verifier.isAlive()) {
                verifier.start();
            }
        }
    }
}
