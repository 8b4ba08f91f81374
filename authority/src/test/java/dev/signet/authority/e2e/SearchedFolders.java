package dev.signet.authority.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/** Makes the temporary folders of the tests, and knows them until they were searched. JUnit is told of it by Maven. */
public final class SearchedFolders implements TempDirFactory {
    private static final List<Made> MADE = new CopyOnWriteArrayList<>();

    private record Made(Path folder, boolean forOneTest) {}

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws IOException {
        Path folder = Files.createTempDirectory("signet-test-");
        MADE.add(new Made(folder, context.getTestMethod().isPresent()));
        return folder;
    }

    /** Those that go with the test that ends. */
    static List<Path> takeThoseOfOneTest() {
        return take(false);
    }

    static List<Path> takeAll() {
        return take(true);
    }

    private static List<Path> take(boolean all) {
        List<Made> taken =
                MADE.stream().filter(made -> all || made.forOneTest()).toList();
        MADE.removeAll(taken);
        return taken.stream().map(Made::folder).toList();
    }
}
