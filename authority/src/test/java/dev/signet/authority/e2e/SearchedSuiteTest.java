package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an end-to-end test leaves is searched only if its processes are started by {@link Processes}. */
final class SearchedSuiteTest {
    /** Those that start none. */
    private static final List<String> WITHOUT = List.of("SbomIT");

    private static final JavaClasses CLASSES = new ClassFileImporter().importPackages("dev.signet.authority.e2e");

    @Test
    void everyEndToEndTestIsSearched() {
        List<JavaClass> tests = CLASSES.stream()
                .filter(type -> type.getSimpleName().endsWith("IT"))
                .toList();
        assertTrue(tests.size() > 20, tests::toString);
        assertEquals(
                List.of(),
                tests.stream()
                        .filter(type -> !WITHOUT.contains(type.getSimpleName()))
                        .filter(type -> type.getAllFields().stream()
                                .noneMatch(field -> field.getRawType().isEquivalentTo(Processes.class)))
                        .map(JavaClass::getSimpleName)
                        .toList());
    }
}
