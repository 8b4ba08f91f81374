package dev.signet.authority;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.TrustChange;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The walls of the house: who may know whom. */
final class ArchitectureTest {
    private static final String ROOT = "dev.signet.authority";
    private static final String VERIFIER = "dev.signet.verifier";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    private static String[] rooms(String names) {
        return Arrays.stream(names.split(" ", -1))
                .filter(name -> !name.isEmpty())
                .map(name -> ROOT + "." + name)
                .toArray(String[]::new);
    }

    /** Each room with the rooms that it may know besides itself. */
    @ParameterizedTest
    @CsvSource({
        "errors,    ''",
        "store,     errors",
        "access,    errors store",
        "audit,     errors store access",
        "keys,      errors store access",
        "directory, errors store access",
        "tokens,    errors store access keys",
        "feed,      errors store access limits",
        "load,      ''",
        "trace,     ''",
        "limits,    errors",
        "grpc,      errors store access audit directory tokens keys feed limits trace",
        "http,      limits trace",
        "oauth,     errors tokens grpc http",
        "rest,      grpc http",
        "metrics,   store errors http",
    })
    void roomsKnowOnlyWhatLiesBelow(String room, String mayKnow) {
        String[] allowed = rooms(room + " " + mayKnow);
        noClasses()
                .that()
                .resideInAPackage(ROOT + "." + room)
                .should()
                .dependOnClassesThat(resideInAPackage(ROOT + "..").and(resideOutsideOfPackages(allowed)))
                .check(CLASSES);
    }

    @Test
    void theCommandIsAClientOfItsOwnServer() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".cli")
                .should()
                .dependOnClassesThat(resideInAnyPackage(ROOT + "..")
                        .and(resideOutsideOfPackages(rooms("cli load trace")))
                        .and(not(describe(
                                "how an authority is configured and started", ArchitectureTest::isItsEntrance))))
                .check(CLASSES);
    }

    private static boolean isItsEntrance(JavaClass type) {
        return Set.of(ROOT + ".Authority", ROOT + ".Keeping").contains(type.getName())
                || (type.getSimpleName().endsWith("Config") && type.isRecord());
    }

    @Test
    void theVerifierIsUsedAsALibrary() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".cli")
                .should()
                .dependOnClassesThat(resideInAnyPackage(VERIFIER + ".sidecar..", VERIFIER + ".testkit.."))
                .check(CLASSES);
    }

    @Test
    void generatedTypesStayAtTheEdges() {
        noClasses()
                .that()
                .resideOutsideOfPackages(rooms("grpc oauth rest metrics feed trace cli load"))
                .should()
                .dependOnClassesThat(resideInAnyPackage("dev.signet.v1..", "com.google.protobuf..", "io.grpc.."))
                .check(CLASSES);
    }

    @Test
    void databasesAreKnownToTheStoreAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".store")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "java.sql..",
                        "javax.sql..",
                        "org.jdbi..",
                        "com.zaxxer..",
                        "org.flywaydb..",
                        "org.h2..",
                        "org.postgresql.."))
                .check(CLASSES);
    }

    /** So that its bit can be dropped one day. */
    @Test
    void whatEndsIsKeptUntilItExpires() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".store")
                .and()
                .doNotHaveSimpleName("LedgerTrust")
                .should()
                .callConstructor(TrustChange.Revoked.class, Indexes.class)
                .orShould()
                .callConstructor(TrustChange.Ending.class, int.class, long.class)
                .check(CLASSES);
    }

    @Test
    void onlyTheLoadTestMeasuresAndDraws() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".load")
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.HdrHistogram..", "org.knowm..", "java.awt.."))
                .check(CLASSES);
    }

    @Test
    void nothingButWhoCallsIsCachedHere() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".limits")
                .should()
                .dependOnClassesThat(resideInAnyPackage("com.github.benmanes.caffeine..", "io.github.bucket4j.."))
                .check(CLASSES);
    }

    @Test
    void roomsKnowNoCircles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void roomsAreNamedForWhatTheyHold() {
        noClasses()
                .should()
                .resideInAnyPackage("..util..", "..common..", "..impl..", "..model..", "..helper..")
                .check(CLASSES);
    }

    @Test
    void everyRoomIsNullMarked() {
        Set<String> unmarked = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            JavaPackage room = type.getPackage();
            if (!room.isAnnotatedWith(NullMarked.class)) {
                unmarked.add(room.getName());
            }
        }
        assertEquals(Set.of(), unmarked);
    }

    @Test
    void timeComesFromAClock() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".cli")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .check(CLASSES);
    }

    /** What nobody outside its room uses is not public. */
    @Test
    void roomsShowOnlyWhatOthersUse() {
        Set<String> unused = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            boolean shown = type.getModifiers().contains(JavaModifier.PUBLIC)
                    && type.isTopLevelClass()
                    && !type.getSimpleName().equals("package-info");
            boolean used = type.getDirectDependenciesToSelf().stream()
                    .anyMatch(each -> !each.getOriginClass().getPackageName().equals(type.getPackageName()));
            if (shown && !used) {
                unused.add(type.getName());
            }
        }
        // Found by their names: by the launcher, and by whoever looks for a service of that kind.
        assertEquals(Set.of(ROOT + ".cli.Main", ROOT + ".cli.LogLines", ROOT + ".cli.LogProvider"), unused);
    }

    @Test
    void theWholeHouseWasLookedAt() {
        classes()
                .that()
                .resideInAPackage(ROOT + ".store")
                .should()
                .resideInAPackage(ROOT + "..")
                .check(CLASSES);
        assertEquals(
                Set.of(
                        "access",
                        "audit",
                        "cli",
                        "directory",
                        "errors",
                        "feed",
                        "grpc",
                        "http",
                        "keys",
                        "limits",
                        "load",
                        "metrics",
                        "oauth",
                        "rest",
                        "store",
                        "tokens",
                        "trace"),
                new TreeSet<>(CLASSES.stream()
                        .map(JavaClass::getPackageName)
                        .filter(name -> !name.equals(ROOT))
                        .map(name -> name.substring(ROOT.length() + 1))
                        .toList()));
    }
}
