package dev.signet.authority.feed;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.signet.v1.Change;
import dev.signet.v1.Changes;
import dev.signet.v1.Pong;
import dev.signet.v1.Snapshot;
import dev.signet.v1.SnapshotChunk;
import dev.signet.v1.Statement;
import dev.signet.v1.WatchResponse;
import dev.signet.verifier.feed.SnapshotPieces;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** What an authority said, read without asking who signed it. */
public final class Heard {
    private Heard() {}

    /** Empty where the message is no statement. */
    public static Statement statement(WatchResponse message) {
        try {
            return Statement.parseFrom(message.getSigned().getStatement());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    public static boolean isPong(WatchResponse message) {
        return statement(message).hasPong();
    }

    public static Pong pong(WatchResponse message) {
        return statement(message).getPong();
    }

    private static <T> List<T> all(List<WatchResponse> messages, Predicate<Statement> is, Function<Statement, T> what) {
        return messages.stream().map(Heard::statement).filter(is).map(what).toList();
    }

    static List<Changes> batches(List<WatchResponse> messages) {
        return all(messages, Statement::hasChanges, Statement::getChanges);
    }

    static List<Change> changes(List<WatchResponse> messages) {
        return batches(messages).stream()
                .flatMap(changes -> changes.getChangesList().stream())
                .toList();
    }

    /** Those that are whole. */
    public static List<Snapshot> snapshots(List<WatchResponse> messages) {
        List<Snapshot> snapshots = new ArrayList<>();
        SnapshotPieces pieces = null;
        for (SnapshotChunk piece : all(messages, Statement::hasSnapshot, Statement::getSnapshot)) {
            if (piece.getIndex() == 0) {
                pieces = SnapshotPieces.of(piece);
            }
            pieces.take(piece);
            if (pieces.isWhole()) {
                snapshots.add(pieces.join());
            }
        }
        return snapshots;
    }
}
