package dev.signet.verifier.corpus;

import static dev.signet.verifier.corpus.Forge.claim;
import static dev.signet.verifier.corpus.Forge.good;
import static dev.signet.verifier.corpus.Forge.payload;

import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.verify.Verdict.Reason;
import java.time.Duration;
import java.util.List;

/** Classes 55 to 59: times that are none, or are over, or are still to come. */
final class TimeAttacks {
    private static final long NOW = TestTokens.NOW.getEpochSecond();

    private TimeAttacks() {}

    static void addTo(Cases cases) {
        expiry(cases);
        times(cases);
    }

    private static void expiry(Cases cases) {
        cases.of(55);
        for (Kind kind : Kind.values()) {
            if (!kind.mayNeverExpire()) {
                cases.malformed(
                        "no exp, kind " + kind.claim(),
                        TestTokens.of(kind).without("exp").sign());
            }
            cases.malformed(
                    "exp null, kind " + kind.claim(),
                    TestTokens.of(kind).with("exp", null).sign());
        }
        cases.malformed(
                "no exp and no iat",
                TestTokens.of(Kind.ACCESS).without("exp").without("iat").sign());
        cases.of(56);
        for (String json : List.of(
                "\"9999999999\"",
                "\"\"",
                "true",
                "false",
                "[]",
                "[9999999999]",
                "{}",
                "\"never\"",
                "\"2099-01-01T00:00:00Z\"")) {
            cases.malformed("exp " + json, payload(claim("exp", json)));
        }
        cases.of(57);
        for (String json : List.of(
                "1e400",
                "9223372036854775807",
                "9223372036854775808",
                "18446744073709551616",
                "9007199254740992",
                "-1",
                "-0",
                "1.5",
                "9999999999.0",
                "1E10",
                "1e10",
                "0",
                "-9223372036854775809",
                "00",
                "99999999999999999999999999999999")) {
            cases.malformed("exp " + json, payload(claim("exp", json)));
        }
        cases.malformed("exp of 4000 digits", payload(claim("exp", "9".repeat(4000))))
                .malformed("exp of 1 000 000 digits", payload(claim("exp", "9".repeat(1_000_000))))
                .malformed("exp of 4000 digits behind a point", payload(claim("exp", "9." + "9".repeat(4000))))
                .malformed("exp with an exponent of 4000 digits", payload(claim("exp", "1e" + "9".repeat(4000))));
        cases.of(58)
                .malformed(
                        "exp in milliseconds",
                        good().with("exp", (NOW + 3600) * 1000).sign())
                .malformed(
                        "exp in microseconds",
                        good().with("exp", (NOW + 3600) * 1_000_000).sign())
                .malformed(
                        "exp in milliseconds, an access token",
                        TestTokens.of(Kind.ACCESS)
                                .with("exp", (NOW + 3600) * 1000)
                                .sign())
                .malformed(
                        "exp in milliseconds, long past",
                        good().with("exp", (NOW - 86_400) * 1000).sign())
                .malformed(
                        "iat and exp in milliseconds",
                        good().with("iat", NOW * 1000)
                                .with("exp", (NOW + 3600) * 1000)
                                .sign())
                .malformed(
                        "the first second of the year 10000",
                        good().with("exp", 253_402_300_800L).sign())
                .malformed("2^53 - 1", good().with("exp", (1L << 53) - 1).sign())
                .refused(
                        Reason.NOT_YET_VALID,
                        "iat in milliseconds, no exp",
                        good().with("iat", NOW * 1000).without("exp").sign());
    }

    private static void times(Cases cases) {
        Duration hour = Duration.ofHours(1);
        cases.of(59)
                .refused(
                        Reason.EXPIRED,
                        "exp a skew ago",
                        good().with("iat", NOW - 60).with("exp", NOW - 30).sign())
                .refused(
                        Reason.EXPIRED,
                        "exp a day ago",
                        good().with("iat", NOW - 90_000)
                                .with("exp", NOW - 86_400)
                                .sign())
                .refused(
                        Reason.EXPIRED,
                        "exp 1",
                        good().with("iat", 0).with("exp", 1).sign())
                .unseen(
                        Reason.EXPIRED,
                        "a skew after exp, not seen yet",
                        good().sign(),
                        trust -> trust.pass(hour.plusSeconds(30)))
                .known(
                        Reason.EXPIRED,
                        "a skew after exp, remembered",
                        good().sign(),
                        trust -> trust.pass(hour.plusSeconds(30)))
                .refused(
                        Reason.NOT_YET_VALID,
                        "iat a second more than a skew ahead",
                        good().with("iat", NOW + 31).sign())
                .refused(
                        Reason.NOT_YET_VALID,
                        "iat a day ahead",
                        good().with("iat", NOW + 86_400)
                                .with("exp", NOW + 90_000)
                                .sign())
                .refused(
                        Reason.NOT_YET_VALID,
                        "iat in the year 9999",
                        good().with("iat", 253_402_000_000L)
                                .with("exp", 253_402_300_799L)
                                .sign())
                .malformed("nbf ahead", good().with("nbf", NOW + 600).sign())
                .malformed("nbf past", good().with("nbf", NOW - 600).sign())
                .malformed("nbf null", good().with("nbf", null).sign())
                .malformed("no iat", good().without("iat").sign())
                .malformed("iat below zero", payload(claim("iat", "-1")))
                .malformed("iat a string", good().with("iat", "1").sign())
                .malformed("exp before iat", good().with("exp", NOW - 1).sign())
                .malformed("exp at iat", good().with("exp", NOW).sign());
    }
}
