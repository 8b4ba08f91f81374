package dev.signet.verifier.feed;

import dev.signet.verifier.FileAccess;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.VerificationKey;
import dev.signet.verifier.token.VerificationKeys;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one feed key that is accepted. In its file are the id and, on a second line, the key itself (DER in base64): so
 * what it signed can be checked before any authority was reached.
 */
final class TrustedFeedKey implements FeedKeys {
    private static final Logger LOG = System.getLogger(TrustedFeedKey.class.getName());
    private static final Algorithm ALGORITHM = Algorithm.ES256;
    private static final int THUMBPRINT = 32;

    private final @Nullable String pin;
    private final @Nullable Path file;
    private volatile @Nullable VerificationKey accepted;
    /** Told once, as whoever is refused comes back again and again. */
    private String refused = "";

    private TrustedFeedKey(@Nullable String pin, @Nullable Path file, @Nullable VerificationKey accepted) {
        this.pin = pin;
        this.file = file;
        this.accepted = accepted;
    }

    static TrustedFeedKey open(@Nullable String pin, @Nullable Path folder) {
        if (folder == null) {
            return new TrustedFeedKey(pin, null, null);
        }
        Path file = folder.resolve("feed-key");
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            FileAccess.requireUnchangeableFolder("data", folder);
            return new TrustedFeedKey(pin, file, Files.exists(file) ? read(file, pin) : null);
        } catch (IOException e) {
            throw new InvalidConfiguration("data", "the folder cannot be made or read: " + folder);
        }
    }

    /** What was kept; where another key is pinned by now, or the file is damaged and a key is pinned, nothing. */
    private static @Nullable VerificationKey read(Path file, @Nullable String pin) throws IOException {
        FileAccess.requireUnchangeable("data", file);
        List<String> lines =
                Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList();
        try {
            VerificationKey kept =
                    lines.size() == 2 ? key(lines.get(0), Base64.getDecoder().decode(lines.get(1))) : null;
            if (kept != null) {
                return pin == null || pin.equals(kept.id()) ? kept : null;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        if (pin != null) {
            return null;
        }
        throw new InvalidConfiguration(
                "data",
                "the feed key that is kept in " + file + " is damaged; name the right one by SIGNET_FEED_KEY, or "
                        + "remove the file to accept the one that is seen next");
    }

    /** Null where the id is not the key's own. */
    private static @Nullable VerificationKey key(String id, byte[] subjectPublicKeyInfo) {
        VerificationKey key = new VerificationKeys().get(id, ALGORITHM, subjectPublicKeyInfo);
        return key.thumbprint().equals(id) ? key : null;
    }

    static boolean isThumbprint(String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            return bytes.length == THUMBPRINT
                    && Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(bytes)
                            .equals(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public synchronized boolean accepts(dev.signet.v1.VerificationKey welcomed) {
        VerificationKey key;
        try {
            key = welcomed.getAlgorithm().equals(ALGORITHM.headerName())
                    ? key(welcomed.getKeyId(), welcomed.getPublicKey().toByteArray())
                    : null;
        } catch (IllegalArgumentException e) {
            key = null;
        }
        if (key == null) {
            return refuse(welcomed.getKeyId(), "what the authority names as its feed key is none");
        }
        VerificationKey held = accepted;
        String expected = pin != null ? pin : held != null ? held.id() : key.id();
        if (!expected.equals(key.id())) {
            return refuse(key.id(), "the authority signs with the feed key " + key.id() + ", and " + whatIsExpected());
        }
        if (held == null) {
            if (!keep(key)) {
                return false;
            }
            accepted = key;
            LOG.log(Level.INFO, "the authority signs with the feed key {0}", key.id());
        }
        return true;
    }

    @Override
    public synchronized boolean knows(dev.signet.v1.VerificationKey welcomed) {
        return (pin != null || accepted != null) && accepts(welcomed);
    }

    private String whatIsExpected() {
        if (pin != null) {
            return pin + " is pinned: where the authority is another one on purpose, pin its key by SIGNET_FEED_KEY";
        }
        VerificationKey held = accepted;
        String before = held == null ? "" : held.id() + " was accepted before";
        return before + ": where the authority is another one on purpose, "
                + (file == null ? "restart" : "remove " + file + " and restart");
    }

    private boolean refuse(String id, String why) {
        if (!id.equals(refused)) {
            refused = id;
            LOG.log(Level.ERROR, "not followed: {0}", why);
        }
        return false;
    }

    /** A key that is pinned is known at the next start anyway; any other must not be forgotten. */
    private boolean keep(VerificationKey key) {
        Path kept = file;
        if (kept == null) {
            return true;
        }
        try {
            write(kept, key.id() + "\n" + Base64.getEncoder().encodeToString(key.subjectPublicKeyInfo()) + "\n");
            return true;
        } catch (IOException e) {
            if (pin == null) {
                return refuse(key.id(), "the authority's feed key cannot be kept in " + kept + ": " + e);
            }
            LOG.log(Level.WARNING, "the authority''s feed key cannot be kept in {0}: {1}", kept, e);
            return true;
        }
    }

    /** Whole on the disk, or not there. */
    private static void write(Path file, String text) throws IOException {
        Path fresh = file.resolveSibling(".feed-key.new");
        Files.deleteIfExists(fresh);
        try (FileChannel channel = FileChannel.open(
                fresh,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public boolean verifies(byte[] input, byte[] signature) {
        VerificationKey key = accepted;
        return key != null && key.verifies(input, signature);
    }

    @Override
    public String toString() {
        VerificationKey key = accepted;
        return "TrustedFeedKey[" + (key != null ? key.id() : pin != null ? pin : "none yet") + "]";
    }
}
