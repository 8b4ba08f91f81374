package dev.signet.verifier.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.token.TokenCodec;
import dev.signet.verifier.verify.Verdict.Reason;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * What holds at every door: each case of the corpus is refused for its own reason, at a bounded cost, without a call to
 * anybody and without a word of it in a log; and good tokens are let in before and after, so that no door is simply
 * shut. What it took goes to {@code target/corpus-*.txt}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class DoorContract {
    /** Shorter segments may be found in any text. */
    private static final int TELLING = 12;

    private static final int AGAIN = 2;

    private final String name;
    private final CorpusTrust trust = new CorpusTrust();
    private final CapturedLog log = new CapturedLog();
    private final NoCalls calls = new NoCalls();
    private final Map<String, String> notPresented = new LinkedHashMap<>();
    private @Nullable Door door;
    private int cases;
    private int texts;
    private long nanos;
    private long slowestNanos;
    private String slowest = "";
    private double mostWork;
    private String hardest = "";

    /** @param name of the door, as the report is to be called */
    protected DoorContract(String name) {
        this.name = name;
    }

    protected final CorpusTrust trust() {
        return trust;
    }

    /** Opens the door, once. */
    protected abstract Door open() throws Exception;

    /** Closes what {@link #open} opened. */
    protected abstract void shut() throws Exception;

    /** Further cases, of this door alone. */
    protected Stream<DynamicTest> more() {
        return Stream.of();
    }

    /** Calls of this port are the test's own. */
    protected final void callsOf(int port) {
        calls.allow(port);
    }

    @TestFactory
    Stream<DynamicTest> everyCase() throws Exception {
        door = open();
        List<DynamicTest> tests = new ArrayList<>();
        tests.add(dynamicTest("00 what is logged is seen", this::seesTheLog));
        tests.addAll(controls("before"));
        tests.add(dynamicTest("00 the first refusals", this::warmUp));
        for (AttackCase attack : Corpus.cases()) {
            String why = whyNot(attack);
            if (why == null) {
                tests.add(dynamicTest(attack.title(), () -> present(attack)));
            } else {
                notPresented.put(attack.title(), why);
            }
        }
        if (door instanceof HeaderDoor headers) {
            HeaderCase.cases().forEach(odd -> tests.add(dynamicTest(odd.title(), () -> present(headers, odd))));
        }
        more().forEach(tests::add);
        tests.addAll(controls("after"));
        return tests.stream();
    }

    private Door door() {
        return Objects.requireNonNull(door);
    }

    private @Nullable String whyNot(AttackCase attack) {
        if (attack.reason() == Reason.PERMISSION_DENIED && !door().asksForPermission()) {
            return "the door asks for no permission";
        }
        for (String token : attack.presented()) {
            String why = door().cannotCarry(token);
            if (why != null) {
                return why;
            }
        }
        return null;
    }

    private void present(AttackCase attack) throws Exception {
        trust.reset();
        for (String known : attack.known()) {
            assertEquals(door().acceptance(), door().ask(known), () -> attack.title() + ", before anything happened");
        }
        attack.deed().accept(trust);
        log.take();
        calls.take();
        cases++;
        long before = nanos;
        for (String token : attack.presented()) {
            String refusal =
                    Objects.requireNonNullElse(door().refusalOfTransport(token), door().refusal(attack.reason()));
            int neededBefore = trust.needed();
            assertSaid(attack.title(), refusal, token, () -> door().ask(token));
            boolean mayNeed = attack.reason() == Reason.NOT_LOADED;
            assertTrue(mayNeed || trust.needed() == neededBefore, "an organization was asked for");
        }
        if (nanos - before > slowestNanos) {
            slowestNanos = nanos - before;
            slowest = attack.title();
        }
    }

    private void present(HeaderDoor headers, HeaderCase odd) throws Exception {
        trust.reset();
        String token = headers.good();
        log.take();
        calls.take();
        cases++;
        String answer = odd.found() == HeaderCase.Found.GOOD ? Door.ACCEPTED : headers.says(odd.found());
        assertSaid(odd.title(), answer, token, () -> headers.ask(odd.headers(token), odd.query(token)));
    }

    private interface Asking {
        String said() throws Exception;
    }

    private void assertSaid(String title, String answer, String token, Asking asking) throws Exception {
        long began = System.nanoTime();
        Work work = new Work();
        String said = asking.said();
        long bytes = work.bytes();
        nanos += System.nanoTime() - began;
        texts++;
        assertEquals(answer, said, title);
        assertCheap(title, token.length(), bytes, asking);
        assertEquals(List.<URI>of(), calls.take(), title);
        assertUntold(token, log.take());
        assertUntold(token, said);
    }

    /** Other threads of this process may have been at work, and so may what is loaded once; but not each time. */
    private void assertCheap(String title, int length, long first, Asking asking) throws Exception {
        long bound = door().bytes() + door().bytesPerCharacter() * length;
        long bytes = first;
        for (int again = 0; again < AGAIN && bytes > bound; again++) {
            Work work = new Work();
            asking.said();
            bytes = Math.min(bytes, work.bytes());
        }
        if ((double) bytes / bound > mostWork) {
            mostWork = (double) bytes / bound;
            hardest = title + ", " + bytes + " bytes for " + length + " characters";
        }
        assertTrue(bytes <= bound, title + ": " + bytes + " bytes were allocated for " + length + " characters");
    }

    /** Neither the token nor a segment of it. */
    private static void assertUntold(String token, String text) {
        if (text.length() < TELLING) {
            return;
        }
        for (String segment : token.split("[.\\s\"]", -1)) {
            assertFalse(
                    segment.length() >= TELLING && segment.length() <= text.length() && text.contains(segment),
                    "it was told, in a log or an answer");
        }
    }

    private void seesTheLog() {
        System.getLogger("dev.signet.verifier.verify").log(System.Logger.Level.TRACE, "a word");
        org.slf4j.LoggerFactory.getLogger("dev.signet.verifier.sidecar").trace("another");
        String seen = log.take();
        assertTrue(seen.contains("a word") && seen.contains("another"), seen);
    }

    /** What a refusal needs is loaded by the first of its kind, and is no part of what the others cost. */
    private void warmUp() throws Exception {
        trust.reset();
        assertEquals(door().refusal(Reason.MALFORMED), door().ask("x"));
        String stranger = Forge.good().signedBy(Forge.STRANGER).sign();
        assertEquals(door().refusal(Reason.UNKNOWN_KEY), door().ask(stranger));
        trust.revoke();
        assertEquals(door().refusal(Reason.REVOKED), door().ask(Forge.good().sign()));
        trust.state().clear();
        assertEquals(door().refusal(Reason.NOT_LOADED), door().ask(Forge.good().sign()));
    }

    private List<DynamicTest> controls(String when) {
        List<DynamicTest> controls = new ArrayList<>();
        controls.add(dynamicTest("00 good " + when + ": the door's own", () -> {
            trust.reset();
            assertEquals(Door.ACCEPTED, door().ask(door().good()));
        }));
        assertNotEquals(door().acceptance(), door().refusal(Reason.MALFORMED));
        Map<String, String> good = new LinkedHashMap<>();
        for (TestKey key : List.of(Forge.KEY, Forge.EDWARDS, Forge.RSA, Forge.PSS)) {
            good.put(key.algorithm().headerName(), Forge.good().signedBy(key).sign());
        }
        long now = TestTokens.NOW.getEpochSecond();
        good.put(
                "exp within the skew",
                Forge.good().with("iat", now - 60).with("exp", now - 29).sign());
        good.put("iat within the skew", Forge.good().with("iat", now + 30).sign());
        good.put("the last exp", Forge.good().with("exp", 253_402_300_799L).sign());
        good.put("no exp", Forge.good().without("exp").sign());
        good.put("16 audiences", Forge.payload(Forge.claim("aud", "[" + "\"x\",".repeat(15) + "\"signet\"]")));
        good.put("an act that nobody knows", Forge.payload(Forge.claim("act", "{\"act\":{\"sub\":\"x\"}}")));
        good.put("8 KiB", HeaderAttacks.ofLength(TokenCodec.MAXIMUM_LENGTH));
        good.forEach((what, token) -> controls.add(dynamicTest("00 good " + when + ": " + what, () -> {
            trust.reset();
            assertEquals(door().acceptance(), door().ask(token));
            assertEquals(door().acceptance(), door().ask(token), "remembered");
            assertUntold(token, log.take());
        })));
        return controls;
    }

    @AfterAll
    void finish() throws Exception {
        try {
            shut();
        } finally {
            calls.close();
            log.close();
        }
        write();
    }

    private void write() throws IOException {
        StringBuilder report = new StringBuilder();
        report.append("%s: %d cases, %d texts presented, %.1f s%n".formatted(name, cases, texts, nanos / 1e9));
        report.append("slowest: %s, %.1f ms%n".formatted(slowest, slowestNanos / 1e6));
        report.append("most allocated for its length, %.0f %% of the bound: %s%n".formatted(mostWork * 100, hardest));
        notPresented.forEach((attack, why) -> report.append("not presented: ")
                .append(attack)
                .append(": ")
                .append(why)
                .append('\n'));
        Files.writeString(Files.createDirectories(Path.of("target")).resolve("corpus-" + name + ".txt"), report);
    }
}
