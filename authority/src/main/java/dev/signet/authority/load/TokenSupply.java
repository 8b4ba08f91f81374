package dev.signet.authority.load;

import dev.signet.v1.RejectionReason;
import dev.signet.v1.VerifyRequest;
import dev.signet.v1.VerifyStreamRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tokens that a verifier is asked about: some in turn, first-seen ones once each. */
final class TokenSupply implements CallSource {
    private static final int REVOKED_TOKENS = 20;
    private static final int BROKEN_TOKENS = 200;
    /** So many take about a minute to make, and some 150 MB. */
    static final int MOST_FIRST_SEEN = 200_000;

    private final Stage stage;
    private final Mix mix;
    private final boolean stream;
    private final Map<Kind, List<PlannedCall>> inTurn = new EnumMap<>(Kind.class);
    private final Map<Kind, Integer> turns = new EnumMap<>(Kind.class);
    private final Deque<PlannedCall> firstSeen = new ArrayDeque<>();
    private Stage.@Nullable Key key;

    /** @param stream whether requests are for a stream */
    TokenSupply(Stage stage, Mix mix, boolean stream) {
        this.stage = stage;
        this.mix = mix;
        this.stream = stream;
    }

    /** Makes all tokens but the first-seen ones. */
    void prepare(int knownTokens, Progress progress) {
        // Others are made of a known one, and replace first-seen ones in the warm-up.
        List<Stage.Made> made =
                stage.createTokens(knownTokens + (mix.has(Kind.REVOKED) ? REVOKED_TOKENS : 0), progress);
        List<Stage.Made> known = made.subList(0, knownTokens);
        List<Stage.Made> revoked = made.subList(knownTokens, made.size());
        stage.deleteTokens(revoked, progress);
        inTurn.put(Kind.KNOWN, accepted(known));
        inTurn.put(
                Kind.REVOKED,
                revoked.stream()
                        .map(token -> PlannedCall.rejected(
                                Kind.REVOKED, message(token.value()), RejectionReason.REJECTION_REASON_REVOKED))
                        .toList());
        inTurn.put(
                Kind.MALFORMED,
                BrokenTokens.of(known.get(0).value(), BROKEN_TOKENS).stream()
                        .map(broken -> PlannedCall.rejected(Kind.MALFORMED, message(broken.text()), broken.reason()))
                        .toList());
    }

    private List<PlannedCall> accepted(List<Stage.Made> tokens) {
        return tokens.stream()
                .map(token -> PlannedCall.accepted(Kind.KNOWN, message(token.value())))
                .toList();
    }

    /** Every token but the first-seen ones, once. */
    List<PlannedCall> samples() {
        List<PlannedCall> samples = new ArrayList<>();
        inTurn.forEach((kind, calls) -> {
            if (mix.has(kind) || kind == Kind.KNOWN) {
                samples.addAll(calls);
            }
        });
        return samples;
    }

    /** Makes what is missing of the first-seen tokens for so many calls. */
    void makeFirstSeen(long calls, Progress progress) {
        long missing = mix.most(Kind.FIRST_SEEN, calls) - firstSeen.size();
        if (missing > MOST_FIRST_SEEN) {
            throw new LoadFailure(missing + " first-seen tokens would be needed, and at most " + MOST_FIRST_SEEN
                    + " are made: lower --rate, --duration or the share of first-seen in --mix");
        }
        if (missing > 0) {
            Stage.Key own = key == null ? stage.createApiKey() : key;
            key = own;
            for (String token : stage.exchange(own, (int) missing, progress)) {
                firstSeen.add(PlannedCall.accepted(Kind.FIRST_SEEN, message(token)));
            }
        }
    }

    /** The same without first-seen tokens: in their place are known ones. */
    CallSource repeatable() {
        return kind -> next(kind == Kind.FIRST_SEEN ? Kind.KNOWN : kind);
    }

    @Override
    public PlannedCall next(Kind kind) {
        if (kind == Kind.FIRST_SEEN) {
            return firstSeen.remove();
        }
        List<PlannedCall> calls = inTurn.getOrDefault(kind, List.of());
        return calls.get(turns.merge(kind, 1, (turn, one) -> (turn + one) % calls.size()) % calls.size());
    }

    private byte[] message(String token) {
        return stream
                ? VerifyStreamRequest.newBuilder().setToken(token).build().toByteArray()
                : VerifyRequest.newBuilder().setToken(token).build().toByteArray();
    }
}
