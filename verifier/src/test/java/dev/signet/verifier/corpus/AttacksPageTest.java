package dev.signet.verifier.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.verify.Verdict.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The page says what the corpus has, and the corpus has something of everything. */
final class AttacksPageTest {
    private static final Path PAGE = Path.of("docs/attacks.md");
    private static final int FEWEST = 5;

    @Test
    void thePageListsTheClassesWithTheirCases() throws IOException {
        List<String> rows = Files.readAllLines(PAGE).stream()
                .filter(line -> line.matches("\\| \\d+ \\|.*"))
                .toList();
        assertEquals(
                AttackClass.all().stream().map(AttacksPageTest::row).collect(Collectors.joining("\n")),
                String.join("\n", rows));
    }

    @Test
    void thereAreSeventySixClassesWithAtLeastFiveCasesEach() {
        assertEquals(
                IntStream.rangeClosed(1, 76).boxed().toList(),
                AttackClass.all().stream().map(AttackClass::number).toList());
        for (AttackClass attack : AttackClass.all()) {
            int cases = cases(attack);
            assertTrue(attack.applies() ? cases >= FEWEST : cases == 0, () -> attack + " has " + cases + " cases");
        }
    }

    /** Reports are read by title. */
    @Test
    void noTwoCasesBearOneName() {
        Set<String> seen = new HashSet<>();
        List<String> twice =
                new ArrayList<>(Corpus.cases().stream().map(AttackCase::title).toList());
        HeaderCase.cases().forEach(odd -> twice.add(odd.title()));
        FeedKeyAttacks.keys().forEach(key -> twice.add(key.toString()));
        twice.removeIf(seen::add);
        assertEquals(List.of(), twice);
    }

    @Test
    void everyReasonOccurs() {
        assertEquals(
                Set.of(Reason.values()),
                Corpus.cases().stream().map(AttackCase::reason).collect(Collectors.toSet()));
    }

    private static int cases(AttackClass attack) {
        return (int) (Corpus.cases().stream()
                        .filter(each -> each.attack() == attack.number())
                        .count()
                + HeaderCase.cases().stream()
                        .filter(each -> each.attack() == attack.number())
                        .count()
                + FeedKeyAttacks.keys().stream()
                        .filter(each -> each.attack() == attack.number())
                        .count());
    }

    private static String row(AttackClass attack) {
        Set<String> reasons = new TreeSet<>();
        Corpus.cases().stream()
                .filter(each -> each.attack() == attack.number())
                .forEach(each -> reasons.add("`" + each.reason() + "`"));
        HeaderCase.cases().stream()
                .filter(each -> each.attack() == attack.number())
                .forEach(each -> reasons.add(told(each.found())));
        reasons.remove("");
        return "| %d | %s | %s | %s | %s |"
                .formatted(
                        attack.number(),
                        attack.title(),
                        attack.applies() ? String.valueOf(cases(attack)) : "–",
                        String.join(" ", reasons),
                        attack.answer());
    }

    /** As the sidecar's gateways are told. */
    private static String told(HeaderCase.Found found) {
        return switch (found) {
            case NO_CREDENTIAL, OTHER_SCHEME, ONE_WORD -> "`CREDENTIALS_MISSING`";
            case SEVERAL -> "`CREDENTIALS_REPEATED`";
            case NO_TOKEN, PADDED -> "`MALFORMED`";
            case GOOD -> "";
        };
    }
}
