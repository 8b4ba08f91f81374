package dev.signet.verifier.feed;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.signet.v1.KeptPong;
import dev.signet.v1.KeptTrustState;
import dev.signet.v1.PartDigest;
import dev.signet.v1.Pong;
import dev.signet.v1.SignedStatement;
import dev.signet.v1.Snapshot;
import dev.signet.v1.Statement;
import dev.signet.v1.VerificationKey;
import dev.signet.verifier.token.CryptoFault;
import dev.signet.verifier.trust.BootClock;
import dev.signet.verifier.trust.Clocks;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.TrustPart;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The trust state on disk, to start from while the authority is away. Used by one thread.
 *
 * <p>Two files: {@code trust-state} holds the parts and is written when one of them changed, {@code trust-pong} holds
 * the last pong and is written with each. Both are replaced whole. What is read is believed only as far as the signed
 * pong bears it out; how old it is tells a clock of the machine, so after a restart of that the state is of no age, which
 * means that it refuses by it and accepts by nothing.
 */
public final class KeptTrust {
    private static final System.Logger LOG = System.getLogger(KeptTrust.class.getName());
    private static final String STATE = "trust-state";
    private static final String PONG = "trust-pong";

    private final @Nullable Path folder;
    private final BootClock boot;
    private Set<PartDigest> written = Set.of();

    private KeptTrust(@Nullable Path folder, BootClock boot) {
        this.folder = folder;
        this.boot = boot;
    }

    /** Keeps nothing. */
    public static KeptTrust nowhere() {
        return new KeptTrust(null, () -> null);
    }

    /** @param folder exists, and is for one verifier alone */
    public static KeptTrust in(Path folder, BootClock boot) {
        return new KeptTrust(folder, boot);
    }

    /**
     * What there was when the last pong came.
     *
     * @param head the last revision of the ledger then
     * @param freshness of all parts; {@link Freshness#NEVER} where the machine was started since
     */
    record Found(String ledgerId, long head, List<TrustPart> parts, Freshness freshness) {}

    /** When a ping leaves. */
    BootClock.@Nullable Reading now() {
        return folder == null ? null : boot.read();
    }

    /** Keeps what a pong has confirmed. What cannot be written is told, and costs no more than a start without it. */
    void keep(
            VerificationKey feedKey,
            SignedStatement pong,
            Pings.Sent sent,
            List<TrustPart> parts,
            TrustCodec codec,
            PartDigests digests) {
        if (folder == null) {
            return;
        }
        KeptPong.Builder kept =
                KeptPong.newBuilder().setPong(pong).setWallMillis(sent.at().sentMillis());
        BootClock.Reading left = sent.boot();
        if (left != null) {
            kept.setBootId(left.bootId()).setBootMillis(left.millis());
        }
        Set<PartDigest> told = parts.stream().map(digests::of).collect(Collectors.toSet());
        try {
            if (!told.equals(written)) {
                KeptTrustState.Builder state =
                        KeptTrustState.newBuilder().setFeedKey(feedKey).setPong(kept);
                parts.forEach(part -> state.addParts(codec.encode(part)));
                replace(folder.resolve(STATE), state.build().toByteArray());
                written = told;
            }
            replace(folder.resolve(PONG), kept.build().toByteArray());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the trust state cannot be kept in {0}: {1}", folder, e);
        }
    }

    /** What is on disk and can be believed; a file that cannot is set aside. */
    @Nullable
    Found find(FeedKeys keys, TrustCodec codec, Clocks clocks) {
        if (folder == null || !Files.exists(folder.resolve(STATE))) {
            return null;
        }
        Path file = folder.resolve(STATE);
        try {
            KeptTrustState state = KeptTrustState.parseFrom(Files.readAllBytes(file));
            if (!keys.knows(state.getFeedKey())) {
                return setAside(file, "it is signed with a feed key that is not known here");
            }
            List<TrustPart> parts = new ArrayList<>();
            for (Snapshot part : state.getPartsList()) {
                parts.add(codec.decode(part));
            }
            // The latest pong may tell of a change that came too late for the other file.
            Found found = borneOut(latestPong(folder.resolve(PONG)), parts, keys, clocks);
            if (found == null) {
                found = borneOut(state.getPong(), parts, keys, clocks);
            }
            return found == null ? setAside(file, "it is not what the authority signed") : found;
        } catch (IOException | RuntimeException e) {
            // Whatever it is that is wrong with it: nothing of it was checked before it is read.
            return setAside(file, "it cannot be read");
        }
    }

    private static KeptPong latestPong(Path file) {
        try {
            return KeptPong.parseFrom(Files.readAllBytes(file));
        } catch (IOException e) {
            return KeptPong.getDefaultInstance();
        }
    }

    /**
     * What a verifier kept, as the authority signed it.
     *
     * @param head the last revision of the ledger at which the parts were as they are here
     * @param time when that was, by the authority's clock
     */
    public record Signed(String ledgerId, long head, Instant time, List<TrustPart> parts) {}

    /**
     * Reads what a verifier kept in its file {@code trust-state}; where the file {@code trust-pong} lies beside it, as far
     * as that bears it out.
     *
     * @return null where it is not what the authority signed
     * @throws IOException where it cannot be read, or is something else
     */
    public static @Nullable Signed read(Path file, FeedKeys keys, TrustCodec codec) throws IOException {
        try {
            KeptTrustState state = KeptTrustState.parseFrom(Files.readAllBytes(file));
            if (!keys.knows(state.getFeedKey())) {
                return null;
            }
            List<TrustPart> parts = new ArrayList<>();
            for (Snapshot part : state.getPartsList()) {
                parts.add(codec.decode(part));
            }
            Statement statement = statement(latestPong(file.resolveSibling(PONG)), parts, keys);
            if (statement == null) {
                statement = statement(state.getPong(), parts, keys);
            }
            if (statement == null) {
                return null;
            }
            Pong pong = statement.getPong();
            return new Signed(
                    statement.getLedgerId(),
                    pong.getHead(),
                    Instant.ofEpochMilli(TrustCodec.millis(pong.getAuthorityTime())),
                    List.copyOf(parts));
        } catch (CryptoFault e) {
            throw e;
        } catch (RuntimeException e) {
            throw new IOException("not a trust state", e);
        }
    }

    /** Null where the pong is not signed, or tells of other parts than these. */
    private @Nullable Found borneOut(KeptPong kept, List<TrustPart> parts, FeedKeys keys, Clocks clocks)
            throws InvalidProtocolBufferException {
        Statement statement = statement(kept, parts, keys);
        if (statement == null) {
            return null;
        }
        for (TrustPart part : parts) {
            if (part instanceof InstallationTrust installation) {
                Pong pong = statement.getPong();
                return new Found(
                        statement.getLedgerId(), pong.getHead(), parts, freshness(kept, pong, installation, clocks));
            }
        }
        return null;
    }

    private static @Nullable Statement statement(KeptPong kept, List<TrustPart> parts, FeedKeys keys)
            throws InvalidProtocolBufferException {
        SignedStatement signed = kept.getPong();
        if (!keys.verifies(
                SignedStatements.input(signed.getStatement()),
                signed.getSignature().toByteArray())) {
            return null;
        }
        Statement statement = Statement.parseFrom(signed.getStatement());
        Set<PartDigest> told = new HashSet<>(statement.getPong().getPartsList());
        for (TrustPart part : parts) {
            // Each by its own content: of two with one id and revision, only one can be what was signed. Taken out, so
            // that a part that is there twice is not believed either.
            if (!told.remove(new PartDigests().of(part))) {
                return null;
            }
        }
        return statement;
    }

    private Freshness freshness(KeptPong kept, Pong pong, InstallationTrust installation, Clocks clocks) {
        BootClock.Reading now = boot.read();
        if (now == null || !now.bootId().equals(kept.getBootId()) || now.millis() < kept.getBootMillis()) {
            return Freshness.NEVER;
        }
        long elapsed = TimeUnit.MILLISECONDS.toNanos(now.millis() - kept.getBootMillis());
        return new Freshness.Measured(
                Freshness.now(clocks).sentNanos() - elapsed,
                kept.getWallMillis(),
                TrustCodec.millis(pong.getAuthorityTime()),
                installation.policy());
    }

    private @Nullable Found setAside(Path file, String why) {
        Path aside = file.resolveSibling(STATE + ".damaged");
        LOG.log(
                System.Logger.Level.WARNING,
                "the trust state in {0} is not used, as {1}; it is set aside as {2}",
                file,
                why,
                aside.getFileName());
        try {
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "{0} cannot be renamed: {1}", file, e);
        }
        return null;
    }

    private static void replace(Path file, byte[] bytes) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (OutputStream out = Files.newOutputStream(fresh, StandardOpenOption.WRITE)) {
            out.write(bytes);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
