package dev.signet.authority.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.signet.authority.e2e.secrets.SecretSearch;
import dev.signet.authority.e2e.secrets.Secrets;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Remembers every secret that the tests of this virtual machine see, and searches what each class of them leaves: what
 * processes print, their metrics and command lines, the folders with stores and kept trust, audit logs, crash files. The
 * environment of a process is not searched, as that is how it is given a secret.
 */
final class SecretWatch {
    private static final Secrets SECRETS = new Secrets();
    /** Into these the tests themselves, or a script of theirs, write what they were given. */
    private static final Set<String> WRITTEN = Set.of(
            "pin",
            "workspace.created",
            "workspace.rotated",
            "workspace.deleted",
            "deployment.created",
            "deployment.rotated",
            "deployment.deleted",
            "organization.created",
            "organization.rotated",
            "organization.deleted");

    private static final SecretSearch SEARCH = new SecretSearch(SECRETS, WRITTEN);
    private static final Set<String> SECRET_VARIABLES =
            Set.of("ASTRO_API_TOKEN", "ASTRONOMER_KEY_SECRET", "SIGNET_MASTER_KEY", "SIGNET_PKCS11_PIN");
    private static final Set<String> CRASH_FILES = Set.of("hs_err_pid", "core", "java_pid", "replay_pid");
    private static final Map<Descriptor, Boolean> HOLDS_SECRETS = new ConcurrentHashMap<>();
    private static final List<String> CLASSES = new ArrayList<>();
    private static int commandLines;

    private SecretWatch() {}

    static String remember(String what, String secret) {
        SECRETS.remember(what, secret);
        return secret;
    }

    /** What a process is started with. */
    static void rememberIn(Map<String, String> environment) {
        SECRET_VARIABLES.forEach(name -> {
            String value = environment.get(name);
            if (value != null) {
                SECRETS.remember(name, value);
            }
        });
    }

    static void rememberIssuedIn(String text) {
        SECRETS.rememberIssuedIn(text);
    }

    /** Remembers what comes over a channel in fields that are marked as secret. */
    static ClientInterceptor onChannel() {
        return new ClientInterceptor() {
            @Override
            public <Q, A> ClientCall<Q, A> interceptCall(
                    MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
                return new SimpleForwardingClientCall<Q, A>(next.newCall(method, options)) {
                    @Override
                    public void start(Listener<A> listener, Metadata headers) {
                        super.start(
                                new SimpleForwardingClientCallListener<A>(listener) {
                                    @Override
                                    public void onMessage(A answer) {
                                        rememberIn((Message) answer);
                                        super.onMessage(answer);
                                    }
                                },
                                headers);
                    }
                };
            }
        };
    }

    private static void rememberIn(Message message) {
        if (!holdsSecrets(message.getDescriptorForType())) {
            return;
        }
        message.getAllFields().forEach((field, value) -> {
            if (field.getOptions().getDebugRedact()) {
                SECRETS.remember(field.getFullName(), String.valueOf(value));
            } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                for (Object each : field.isRepeated() ? (List<?>) value : List.of(value)) {
                    rememberIn((Message) each);
                }
            }
        });
    }

    private static boolean holdsSecrets(Descriptor type) {
        Boolean known = HOLDS_SECRETS.get(type);
        if (known == null) {
            // Until it is known, so that a type within itself comes to an end.
            HOLDS_SECRETS.put(type, false);
            known = type.getFields().stream()
                    .anyMatch(field -> field.getOptions().getDebugRedact()
                            || (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                                    && holdsSecrets(field.getMessageType())));
            HOLDS_SECRETS.put(type, known);
        }
        return known;
    }

    /** What one class of tests did. */
    static final class OfClass {
        private final String name;
        private final Path logs;
        private final int secretsBefore = SECRETS.count();
        private final int filesBefore = SEARCH.files();
        private final long bytesBefore = SEARCH.bytes();
        private final int findingsBefore = SEARCH.findings().size();
        private long nanos;

        OfClass(String name, Path logs) {
            this.name = name;
            this.logs = logs;
        }

        /** To be called while the temporary folders of a test are still there. */
        void afterEach() {
            long begin = System.nanoTime();
            searchCommandLines();
            search(SearchedFolders.takeThoseOfOneTest());
            nanos += System.nanoTime() - begin;
        }

        /**
         * Fails where there is a secret too many.
         *
         * @param served whether processes were started that hold secrets
         */
        void afterAll(boolean served) {
            long begin = System.nanoTime();
            search(SearchedFolders.takeAll());
            SEARCH.folder(logs);
            searchCrashFiles();
            nanos += System.nanoTime() - begin;
            int remembered = SECRETS.count() - secretsBefore;
            int files = SEARCH.files() - filesBefore;
            List<String> all = SEARCH.findings();
            List<String> findings = all.subList(findingsBefore, all.size());
            CLASSES.add("%s: %d secrets, %d files, %d bytes, %d findings, %d ms"
                    .formatted(
                            name, remembered, files, SEARCH.bytes() - bytesBefore, findings.size(), nanos / 1_000_000));
            report();
            assertEquals(List.of(), findings, "secrets are where none may be");
            assertTrue(!served || (remembered > 0 && files > 0), () -> "nothing was searched: " + CLASSES);
        }

        private static void search(List<Path> folders) {
            folders.forEach(SEARCH::learn);
            folders.forEach(SEARCH::folder);
        }
    }

    /** Searches a folder that JUnit does not know of, such as a database's. */
    static void searchFolder(Path folder) {
        if (Files.isReadable(folder)) {
            SEARCH.folder(folder);
        }
    }

    static void searchFile(Path file) {
        SEARCH.file(file);
    }

    /** Of everything that was started from here and runs still. */
    static void searchCommandLines() {
        ProcessHandle.current().descendants().forEach(process -> {
            Path file = Path.of("/proc", String.valueOf(process.pid()), "cmdline");
            byte @Nullable [] line = read(file);
            if (line != null) {
                SEARCH.text("the command line of " + nameOf(line), line);
                commandLines++;
            }
        });
    }

    private static byte @Nullable [] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            // Ended meanwhile, or a system without such files.
            return null;
        }
    }

    private static String nameOf(byte[] commandLine) {
        String text = new String(commandLine, ISO_8859_1);
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }

    /** The virtual machine writes them where it was started. */
    private static void searchCrashFiles() {
        try (Stream<Path> files = Files.list(Path.of(""))) {
            files.filter(Files::isRegularFile)
                    .filter(file ->
                            CRASH_FILES.stream().anyMatch(file.getFileName().toString()::startsWith))
                    .forEach(SEARCH::file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Appends to what the commands of a class have said. */
    static void append(Path file, String text) {
        try {
            Files.writeString(file, text, UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (NoSuchFileException e) {
            // Outside of a test.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void report() {
        String text =
                "secrets remembered: %d%nfiles searched: %d%nbytes searched: %d%ncommand lines searched: %d%nfindings: %d%n"
                        .formatted(
                                SECRETS.count(),
                                SEARCH.files(),
                                SEARCH.bytes(),
                                commandLines,
                                SEARCH.findings().size());
        try {
            Files.writeString(
                    Path.of("target", "secret-search-" + Integer.getInteger("signet.test.fork", 0) + ".txt"),
                    text + String.join("\n", CLASSES) + "\n" + String.join("\n", SEARCH.findings()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
