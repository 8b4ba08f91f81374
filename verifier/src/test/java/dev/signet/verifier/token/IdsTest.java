package dev.signet.verifier.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
    private static final String SUFFIX = "01jb2tcg00e9b8n4v6xq3kzyw7";

    private final AtomicLong millis =
            new AtomicLong(Instant.parse("2026-03-01T12:00:00Z").toEpochMilli());
    private final InstantSource clock = () -> Instant.ofEpochMilli(millis.get());

    @ParameterizedTest
    @EnumSource(IdType.class)
    void anIdMatchesItsOwnTypeOnly(IdType type) {
        String id = new IdGenerator(clock, new Random(1)).next(type);
        for (IdType other : IdType.values()) {
            assertEquals(other == type, other.matches(id), id);
        }
    }

    @Test
    void anIdIsAUuidOfVersionSevenWithItsMillisecond() {
        IdGenerator ids = new IdGenerator(clock, new Random(2));
        for (int i = 0; i < 1000; i++) {
            BigInteger bits = decode(ids.nextValueId());
            assertTrue(bits.bitLength() <= 128);
            assertEquals(millis.get(), bits.shiftRight(80).longValueExact());
            assertEquals(7, bits.shiftRight(76).intValue() & 0xf);
            assertEquals(0b10, bits.shiftRight(62).intValue() & 0b11);
            millis.addAndGet(12_345);
        }
    }

    @Test
    void idsOfLaterMillisecondsSortLater() {
        IdGenerator ids = new IdGenerator(clock, new Random(3));
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            made.add(ids.next(IdType.TOKEN));
            millis.addAndGet(1 + i % 40);
        }
        assertEquals(made.stream().sorted().toList(), made);
    }

    @Test
    void equalRandomnessAndTimeGiveEqualIdsAndOthersDoNot() {
        IdGenerator one = new IdGenerator(clock, new Random(4));
        IdGenerator same = new IdGenerator(clock, new Random(4));
        assertEquals(one.nextValueId(), same.nextValueId());
        assertNotEquals(one.nextValueId(), one.nextValueId());
    }

    @Test
    void allBitsOfTheRandomnessAreUsed() {
        BigInteger everSet = BigInteger.ZERO;
        BigInteger alwaysSet = BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE);
        IdGenerator ids = new IdGenerator(clock, new Random(5));
        for (int i = 0; i < 200; i++) {
            BigInteger bits = decode(ids.nextValueId());
            everSet = everSet.or(bits);
            alwaysSet = alwaysSet.and(bits);
        }
        // 12 bits behind the version and 62 behind the variant.
        assertEquals(74, everSet.andNot(alwaysSet).bitCount());
    }

    @Test
    void aWellFormedSuffixMatches() {
        assertTrue(IdType.TOKEN.matches("tok_" + SUFFIX));
        assertTrue(IdType.TOKEN.matches("tok_7zzzzzzzzzzzzzzzzzzzzzzzzz"));
        assertTrue(IdType.TOKEN.matches("tok_00000000000000000000000000"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tok_",
                "tok",
                SUFFIX,
                "_" + SUFFIX,
                "TOK_" + SUFFIX,
                "tok-" + SUFFIX,
                "tok_" + SUFFIX + "0",
                "tok_01jb2tcg00e9b8n4v6xq3kzyw",
                "tok_01JB2TCG00E9B8N4V6XQ3KZYW7",
                "tok_81jb2tcg00e9b8n4v6xq3kzyw7",
                "tok_/1jb2tcg00e9b8n4v6xq3kzyw7",
                "tok_01jb2tcg00e9b8n4v6xq3kzywi",
                "tok_01jb2tcg00e9b8n4v6xq3kzywl",
                "tok_01jb2tcg00e9b8n4v6xq3kzywo",
                "tok_01jb2tcg00e9b8n4v6xq3kzywu",
                "tok_01jb2tcg00e9b8n4v6xq3kzyw/",
                "tok_01jb2tcg00e9b8n4v6xq3kzyw\n",
                "tok_01jb2tcg00e9b8n4v6xq3kzyw\u0661",
                "tok_01jb2tcg00e9b8n4v6xq3kzyw\u007f",
                "tok_01jb2tcg00e9b8n4v6xq3kzyw\u0080",
                " tok_" + SUFFIX,
                "tok_tok_" + SUFFIX,
            })
    void anythingElseIsNoId(String text) {
        assertFalse(IdType.TOKEN.matches(text));
    }

    private static BigInteger decode(String suffix) {
        BigInteger bits = BigInteger.ZERO;
        for (int i = 0; i < suffix.length(); i++) {
            bits = bits.shiftLeft(5)
                    .or(BigInteger.valueOf("0123456789abcdefghjkmnpqrstvwxyz".indexOf(suffix.charAt(i))));
        }
        return bits;
    }
}
