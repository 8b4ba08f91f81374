package dev.signet.authority.e2e.secrets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Searches places for secrets. A few files are there to hold one, and are known by their exact names: what they hold is
 * remembered, to be found elsewhere, and they must be their owner's alone.
 */
public final class SecretSearch {
    /** What holds a secret, and is written by the product. */
    private static final Map<String, String> HOLDERS = Map.of(
            "platform-token", "the platform token",
            "platform-token.next", "the next platform token",
            "master-key", "the master key",
            "login", "a stored login",
            "dev.env", "what `signet dev` exports",
            "env", "what `signet dev` exports");
    /** Where one of these is, all files are their owner's alone. */
    private static final Set<String> MARKS = Set.of("platform-token", "trust-state");

    private static final int CHUNK = 1 << 22;
    /** Longer than any token. */
    private static final int OVERLAP = 1 << 14;

    private final Secrets secrets;
    private final Set<String> written;
    /** By place and kind, with where it was first. */
    private final Map<Finding, Long> findings = new LinkedHashMap<>();

    private final byte[] buffer = new byte[OVERLAP + CHUNK];
    private int files;
    private long bytes;

    /** @param written names of files that tests write secrets into */
    public SecretSearch(Secrets secrets, Set<String> written) {
        this.secrets = secrets;
        this.written = written;
    }

    public int files() {
        return files;
    }

    public long bytes() {
        return bytes;
    }

    /** What was found, one line each. */
    public List<String> findings() {
        List<String> lines = new ArrayList<>();
        findings.forEach((finding, offset) -> lines.add(finding + " at byte " + offset));
        return lines;
    }

    /** Remembers what the files in a folder hold whose business that is. */
    public void learn(Path folder) {
        walk(folder, file -> {
            String name = name(file);
            String holder = HOLDERS.get(name);
            if (holder != null || written.contains(name)) {
                String text = Files.readString(file, ISO_8859_1);
                secrets.rememberIssuedIn(text);
                if (name.equals("master-key")) {
                    text.lines().forEach(line -> secrets.remember("the master key", line.strip()));
                }
            }
        });
    }

    /** Searches every file in a folder. */
    public void folder(Path folder) {
        walk(folder, file -> {
            String name = name(file);
            if (HOLDERS.containsKey(name) || written.contains(name)) {
                assertPrivate(file);
            } else {
                file(file);
            }
            if (MARKS.contains(name)) {
                try (var beside = Files.newDirectoryStream(file.toAbsolutePath().getParent(), Files::isRegularFile)) {
                    beside.forEach(this::assertPrivate);
                }
            }
        });
    }

    /** Searches a file, whatever its name. */
    public void file(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            long offset = 0;
            int kept = 0;
            for (int read = in.readNBytes(buffer, 0, CHUNK); read > 0; read = in.readNBytes(buffer, kept, CHUNK)) {
                search(file.toString(), offset - kept, kept + read);
                bytes += read;
                offset += read;
                int end = kept + read;
                kept = Math.min(OVERLAP, end);
                System.arraycopy(buffer, end - kept, buffer, 0, kept);
            }
            files++;
        } catch (NoSuchFileException e) {
            // Gone meanwhile, as files are beside processes that run.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Searches what is no file. */
    public void text(String place, byte[] text) {
        secrets.find(text, text.length, (what, at) -> findings.putIfAbsent(new Finding(place, what), (long) at));
        Shapes.find(text, text.length, (what, at) -> findings.putIfAbsent(new Finding(place, what), (long) at));
        bytes += text.length;
    }

    private void search(String place, long offset, int to) {
        secrets.find(buffer, to, (what, at) -> findings.putIfAbsent(new Finding(place, what), offset + at));
        Shapes.find(buffer, to, (what, at) -> findings.putIfAbsent(new Finding(place, what), offset + at));
    }

    private void assertPrivate(Path file) {
        try {
            String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
            if (!mode.endsWith("------")) {
                findings.putIfAbsent(new Finding(file.toString(), "others may use it: " + mode), 0L);
            }
        } catch (NoSuchFileException e) {
            // Gone meanwhile.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Look {
        void at(Path file) throws IOException;
    }

    private static void walk(Path folder, Look look) {
        if (!Files.exists(folder)) {
            return;
        }
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    if (attributes.isRegularFile()) {
                        try {
                            look.at(file);
                        } catch (NoSuchFileException e) {
                            // Gone meanwhile.
                        }
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                    if (e instanceof NoSuchFileException) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw e;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
