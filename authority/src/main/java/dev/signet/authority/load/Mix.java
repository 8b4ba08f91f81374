package dev.signet.authority.load;

import dev.signet.verifier.InvalidConfiguration;
import java.util.EnumMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How often each kind of call is made.
 *
 * @param permille of a thousand calls, how many are of each kind
 */
public record Mix(Map<Kind, Integer> permille) {
    private static final int THOUSAND = 1000;
    private static final Pattern SHARE = Pattern.compile("([a-z-]+)=([0-9]{1,3})(?:\\.([0-9]))?");

    public static final Mix DEFAULT = parse("known=90,first-seen=5,revoked=3,malformed=2");

    public Mix {
        permille = new EnumMap<>(permille);
    }

    static Mix only(Kind kind) {
        return new Mix(Map.of(kind, THOUSAND));
    }

    /**
     * Reads percentages such as {@code known=99.5,revoked=0.5}; what is not named has none.
     *
     * @throws InvalidConfiguration where a kind is unknown or named twice, or they do not add up to 100
     */
    public static Mix parse(String text) {
        Map<Kind, Integer> shares = new EnumMap<>(Kind.class);
        for (String part : text.split(",", -1)) {
            Matcher matcher = SHARE.matcher(part.strip());
            if (!matcher.matches()) {
                throw invalid("must be percentages such as known=90,revoked=10 with at most one decimal, got " + part);
            }
            String tenths = matcher.group(3);
            int share = Integer.parseInt(matcher.group(2)) * 10 + (tenths == null ? 0 : Integer.parseInt(tenths));
            if (shares.put(kind(matcher.group(1)), share) != null) {
                throw invalid("names " + matcher.group(1) + " twice");
            }
        }
        int sum = shares.values().stream().mapToInt(Integer::intValue).sum();
        if (sum != THOUSAND) {
            throw invalid("must add up to 100, adds up to " + percent(sum));
        }
        shares.values().removeIf(share -> share == 0);
        return new Mix(shares);
    }

    private static Kind kind(String label) {
        try {
            return Kind.ofTokens(label);
        } catch (IllegalArgumentException e) {
            throw invalid("knows " + String.join(", ", Kind.labelsOfTokens()) + "; not " + label);
        }
    }

    private static InvalidConfiguration invalid(String problem) {
        return new InvalidConfiguration("mix", problem);
    }

    boolean has(Kind kind) {
        return permille.containsKey(kind);
    }

    /** The most calls of a kind that there are among the first so many of a {@link Deck}. */
    long most(Kind kind, long calls) {
        return (calls + THOUSAND - 1) / THOUSAND * permille.getOrDefault(kind, 0);
    }

    /** The kinds of the calls one after the other: in each thousand exactly the shares, in random order. */
    static final class Deck {
        private final Kind[] cards = new Kind[THOUSAND];
        private final RandomGenerator random;
        private int next;

        Deck(Mix mix, RandomGenerator random) {
            this.random = random;
            int at = 0;
            for (Map.Entry<Kind, Integer> share : mix.permille().entrySet()) {
                for (int count = share.getValue(); count > 0; count--) {
                    cards[at++] = share.getKey();
                }
            }
        }

        Kind draw() {
            // One step of a Fisher-Yates shuffle a call.
            int pick = random.nextInt(next, THOUSAND);
            Kind drawn = cards[pick];
            cards[pick] = cards[next];
            cards[next] = drawn;
            next = (next + 1) % THOUSAND;
            return drawn;
        }
    }

    private static String percent(int permille) {
        return permille % 10 == 0 ? String.valueOf(permille / 10) : permille / 10 + "." + permille % 10;
    }

    /** As it is given on the command line. */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(",");
        permille.forEach((kind, share) -> text.add(kind.label() + "=" + percent(share)));
        return text.toString();
    }
}
