package dev.signet.authority.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.InvalidConfiguration;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MixTest {
    @Test
    void sharesAreReadAndWrittenAlike() {
        assertEquals(Map.of(Kind.KNOWN, 1000), Mix.parse("known=100").permille());
        Mix mix = Mix.parse(" known=99.5, revoked=0.5,malformed=0");
        assertEquals("known=99.5,revoked=0.5", mix.toString());
        assertTrue(mix.has(Kind.REVOKED));
        assertFalse(mix.has(Kind.MALFORMED));
        assertEquals(mix, Mix.parse(mix.toString()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "known=90           | add up to 100, adds up to 90",
                "known=99.9         | adds up to 99.9",
                "known=60,revoked=50| adds up to 110",
                "good=100           | knows known, first-seen, revoked, malformed; not good",
                "create=100         | not create",
                "known=50,known=50  | names known twice",
                "known              | percentages",
                "known=-1           | percentages",
                "known=33.333       | percentages",
                "''                 | percentages",
            })
    void whatIsWrongIsTold(String text, String told) {
        InvalidConfiguration refused = assertThrows(InvalidConfiguration.class, () -> Mix.parse(text));
        assertEquals("mix", refused.key());
        assertTrue(refused.getMessage().contains(told.strip()), refused.getMessage());
    }

    @Test
    void eachThousandHasExactlyTheSharesInAnotherOrder() {
        Mix mix = Mix.parse("known=90,first-seen=5,revoked=3,malformed=2");
        Mix.Deck deck = new Mix.Deck(mix, new SplittableRandom(5));
        String before = "";
        for (int thousand = 0; thousand < 3; thousand++) {
            Map<Kind, Integer> drawn = new EnumMap<>(Kind.class);
            StringBuilder order = new StringBuilder();
            for (int call = 0; call < 1000; call++) {
                Kind kind = deck.draw();
                drawn.merge(kind, 1, Integer::sum);
                order.append(kind.label().charAt(0));
            }
            assertEquals(mix.permille(), drawn);
            assertFalse(order.toString().equals(before));
            before = order.toString();
        }
        assertEquals(150, mix.most(Kind.FIRST_SEEN, 2001));
        assertEquals(0, Mix.parse("known=100").most(Kind.FIRST_SEEN, 2001));
    }
}
