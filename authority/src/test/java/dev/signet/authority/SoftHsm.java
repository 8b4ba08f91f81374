package dev.signet.authority;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Function;
import dev.signet.authority.keys.Pkcs11Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * SoftHSM2, an HSM that is a library. Where it is not installed, tests that need it are skipped, unless {@code
 * SIGNET_CI_REQUIRES_SOFTHSM} is set.
 */
public final class SoftHsm {
    public static final String PIN = "user-pin-40917";
    public static final String WRONG_PIN = "wrong-pin-55013";
    /** Of two tokens. */
    public static final String AMBIGUOUS = "twin";

    private static final List<String> LIBRARIES = List.of(
            "/usr/lib/softhsm/libsofthsm2.so",
            "/usr/lib64/softhsm/libsofthsm2.so",
            "/usr/lib64/pkcs11/libsofthsm2.so",
            "/usr/local/lib/softhsm/libsofthsm2.so",
            "/opt/homebrew/lib/softhsm/libsofthsm2.so");

    private static final String VARIABLE = "SOFTHSM2_CONF";
    private static final Path CONFIGURATION = configuration();

    private SoftHsm() {}

    /** The build gives each virtual machine a file of its own; what else runs tests, as PIT does, need not. */
    private static Path configuration() {
        String given = System.getenv(VARIABLE);
        if (given != null) {
            return Path.of(given);
        }
        Path own = Path.of("target", "softhsm-of-" + ProcessHandle.current().pid(), "softhsm2.conf")
                .toAbsolutePath();
        Function.getFunction("c", "setenv").invokeInt(new Object[] {VARIABLE, own.toString(), 1});
        return own;
    }

    /** The tokens of this virtual machine, all made before the library looks for them, which it does once. */
    private static final class Tokens {
        static final boolean MADE = make();

        private static boolean make() {
            initialize(
                    CONFIGURATION,
                    List.of("vault", "refusals", "authority", "fresh", "in the way", "away", AMBIGUOUS, AMBIGUOUS));
            return true;
        }
    }

    /** Skips the tests where there is no SoftHSM2. */
    public static Path library() {
        Optional<Path> library =
                LIBRARIES.stream().map(Path::of).filter(Files::exists).findFirst();
        if (System.getenv("SIGNET_CI_REQUIRES_SOFTHSM") != null) {
            assertTrue(library.isPresent(), "SoftHSM2 is not installed");
        }
        assumeTrue(library.isPresent(), "SoftHSM2 is not installed");
        return library.get();
    }

    /** One of this virtual machine's tokens. A login holds for the whole process, so tests that mind use their own. */
    public static Pkcs11Config token(String label) {
        return token(label, PIN);
    }

    public static Pkcs11Config token(String label, String pin) {
        Path library = library();
        assertTrue(Tokens.MADE);
        return new Pkcs11Config(library, label, null, pin);
    }

    /** As if a cable were pulled, for as long as this virtual machine runs. */
    static void takeAway(String label) throws IOException {
        try (Stream<Path> tokens = Files.list(folder().resolve("tokens"))) {
            Path token =
                    tokens.filter(each -> isLabelled(each, label)).findFirst().orElseThrow();
            Files.move(token, folder().resolve("away-" + token.getFileName()));
        }
    }

    private static Path folder() {
        return CONFIGURATION.toAbsolutePath().getParent();
    }

    private static boolean isLabelled(Path token, String label) {
        try {
            return Files.readString(token.resolve("token.object"), ISO_8859_1).contains(label);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Makes tokens, in the folder of the configuration file, which is written.
     *
     * @param configuration what {@code SOFTHSM2_CONF} names
     */
    public static void initialize(Path configuration, List<String> labels) {
        try {
            Path folder = configuration.toAbsolutePath().getParent();
            if (Files.exists(folder)) {
                try (Stream<Path> old = Files.walk(folder)) {
                    old.sorted(Comparator.reverseOrder())
                            .forEach(file -> assertTrue(file.toFile().delete()));
                }
            }
            Path tokens = Files.createDirectories(folder.resolve("tokens"));
            Files.writeString(configuration, "directories.tokendir = " + tokens + "\nlog.level = ERROR\n");
            for (String label : labels) {
                ProcessBuilder builder = new ProcessBuilder(
                        "softhsm2-util",
                        "--init-token",
                        "--free",
                        "--label",
                        label,
                        "--pin",
                        PIN,
                        "--so-pin",
                        "so-pin-28461");
                builder.environment().put(VARIABLE, configuration.toString());
                Process process = builder.redirectErrorStream(true).start();
                String said = new String(process.getInputStream().readAllBytes(), UTF_8);
                assertEquals(0, process.waitFor(), said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
