package dev.signet.verifier;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The walls inside the module. */
class ArchitectureTest {
    private static final String ROOT = "dev.signet.verifier";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void thePackagesAreTheseAndEachIsNullMarked() throws ClassNotFoundException {
        Set<String> packages = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            packages.add(type.getPackageName());
        }
        assertEquals(
                Set.of(
                        ROOT,
                        ROOT + ".token",
                        ROOT + ".trust",
                        ROOT + ".verify",
                        ROOT + ".feed",
                        ROOT + ".grpc",
                        ROOT + ".ports",
                        ROOT + ".sidecar",
                        ROOT + ".tls"),
                packages);
        for (String name : packages) {
            Class<?> described = Class.forName(name + ".package-info");
            assertEquals(true, described.isAnnotationPresent(NullMarked.class), name);
        }
    }

    @Test
    void arrowsGoFromSidecarOverFeedAndVerifyToTrustAndToken() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("token")
                .definedBy(ROOT + ".token")
                .layer("trust")
                .definedBy(ROOT + ".trust")
                .layer("verify")
                .definedBy(ROOT + ".verify")
                .layer("feed")
                .definedBy(ROOT + ".feed")
                .layer("grpc")
                .definedBy(ROOT + ".grpc")
                .layer("sidecar")
                .definedBy(ROOT + ".sidecar")
                .layer("tls")
                .definedBy(ROOT + ".tls")
                .whereLayer("sidecar")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("grpc")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("tls")
                .mayOnlyBeAccessedByLayers("sidecar")
                .whereLayer("feed")
                .mayOnlyBeAccessedByLayers("sidecar")
                .whereLayer("verify")
                .mayOnlyBeAccessedByLayers("grpc", "sidecar")
                .whereLayer("trust")
                .mayOnlyBeAccessedByLayers("verify", "feed", "grpc", "sidecar")
                .whereLayer("token")
                .mayOnlyBeAccessedByLayers("trust", "verify", "feed", "grpc", "sidecar")
                .check(CLASSES);
        SlicesRuleDefinition.slices()
                .matching(ROOT + ".(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void theWordsOnTheWireAreReadAtTheEdgesOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".feed", ROOT + ".grpc", ROOT + ".ports", ROOT + ".sidecar")
                .and()
                .haveNameNotMatching(".*\\.NettyTls(\\$.*)?")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "dev.signet.v1..", "dev.signet.envoy..", "io.grpc..", "com.google.protobuf..", "io.netty.."))
                .check(CLASSES);
    }

    @Test
    void peoplesOwnServicesMayBringAnotherNetty() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".grpc")
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.netty..", "io.grpc.netty.."))
                .check(CLASSES);
    }

    @Test
    void caffeineStaysWhereThingsAreHeld() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".trust", ROOT + ".verify")
                .and()
                .doNotHaveSimpleName("VerificationKeys")
                .should()
                .dependOnClassesThat(resideInAPackage("com.github.benmanes.caffeine.."))
                .check(CLASSES);
    }

    @Test
    void theLibraryLogsThroughThePlatformAndTheProcessThroughSlf4j() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAPackage("java.util.logging.."))
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".sidecar")
                .should()
                .dependOnClassesThat(resideInAPackage("org.slf4j.."))
                .check(CLASSES);
    }

    @Test
    void noPackageIsAnAttic() {
        noClasses()
                .should()
                .resideInAnyPackage("..util..", "..common..", "..impl..", "..model..", "..helper..")
                .check(CLASSES);
    }
}
