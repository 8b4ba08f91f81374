package dev.signet.authority.feed;

import dev.signet.v1.PartDigest;
import dev.signet.v1.PartRevision;
import dev.signet.v1.Statement;
import dev.signet.v1.WatchRequest;
import dev.signet.v1.WatchResponse;
import java.util.stream.Collectors;

/** What was said on a stream, in a few words for traces. */
final class Said {
    private Said() {}

    static String by(WatchRequest message) {
        return switch (message.getMessageCase()) {
            case SUBSCRIBE ->
                "-> subscribe, holds "
                        + message.getSubscribe().getHeldList().stream()
                                .sorted((a, b) -> a.getPart().compareTo(b.getPart()))
                                .map(Said::revision)
                                .collect(Collectors.joining(" "));
            case ACK -> "-> ack " + message.getAck().getRevision();
            case LOAD -> "-> load '" + message.getLoad().getPart() + "'";
            case RELEASE -> "-> release " + message.getRelease().getPart();
            case PING, USAGE, MESSAGE_NOT_SET ->
                "-> " + message.getMessageCase().name().toLowerCase(java.util.Locale.ROOT);
        };
    }

    static String by(WatchResponse message) {
        return "<- "
                + switch (message.getMessageCase()) {
                    case SIGNED -> by(Faults.read(message));
                    case NOT_WATCHED ->
                        "not watched: " + message.getNotWatched().getPart();
                    case WELCOME, MESSAGE_NOT_SET ->
                        message.getMessageCase().name().toLowerCase(java.util.Locale.ROOT);
                };
    }

    static String by(Statement statement) {
        return switch (statement.getStatementCase()) {
            case SNAPSHOT ->
                "snapshot of '" + statement.getSnapshot().getPart() + "' at "
                        + statement.getSnapshot().getRevision();
            case CHANGES ->
                "changes of '" + statement.getChanges().getPart() + "': "
                        + statement.getChanges().getChangesList().stream()
                                .map(change -> change.getPreviousRevision() + "-" + change.getRevision() + " "
                                        + change.getChange().getChangeCase())
                                .collect(Collectors.joining(", "));
            case PONG ->
                "pong, head " + statement.getPong().getHead() + " "
                        + statement.getPong().getPartsList().stream()
                                .map(Said::revision)
                                .collect(Collectors.joining(" "))
                        + (statement.getPong().getComplete() ? "" : " and others");
            case STATEMENT_NOT_SET -> "nothing";
        };
    }

    private static String revision(PartRevision held) {
        return "'" + held.getPart() + "':" + held.getRevision();
    }

    private static String revision(PartDigest told) {
        return "'" + told.getPart() + "':" + told.getRevision();
    }
}
