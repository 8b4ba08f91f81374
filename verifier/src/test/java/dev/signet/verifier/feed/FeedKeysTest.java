package dev.signet.verifier.feed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import dev.signet.v1.VerificationKey;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.token.Algorithm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FeedKeysTest {
    private static final TestKey ONE = TestKey.fresh("one", Algorithm.ES256);
    private static final TestKey OTHER = TestKey.fresh("other", Algorithm.ES256);
    private static final byte[] INPUT = "what verifiers are told".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("feed-key");
    }

    /** As a library that is not ours computes it. */
    private static String id(TestKey key) {
        try {
            ECPublicKey publicKey = (ECPublicKey)
                    KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(key.subjectPublicKeyInfo()));
            return new ECKey.Builder(Curve.P_256, publicKey)
                    .build()
                    .computeThumbprint()
                    .toString();
        } catch (GeneralSecurityException | JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static VerificationKey welcome(TestKey key) {
        return VerificationKey.newBuilder()
                .setKeyId(id(key))
                .setAlgorithm("ES256")
                .setPublicKey(ByteString.copyFrom(key.subjectPublicKeyInfo()))
                .build();
    }

    private static void assertFollows(FeedKeys keys, TestKey good, TestKey bad) {
        assertFalse(keys.accepts(welcome(bad)));
        assertTrue(keys.accepts(welcome(good)));
        assertFalse(keys.accepts(welcome(bad)));
        assertTrue(keys.accepts(welcome(good)), "the same again, as after a reconnect");
        assertBelieves(keys, good, bad);
    }

    private static void assertBelieves(FeedKeys keys, TestKey good, TestKey bad) {
        byte[] signature = good.sign(INPUT);
        assertTrue(keys.verifies(INPUT, signature));
        assertFalse(keys.verifies(INPUT, bad.sign(INPUT)));
        assertFalse(keys.verifies("something else".getBytes(StandardCharsets.US_ASCII), signature));
        signature[7] ^= 1;
        assertFalse(keys.verifies(INPUT, signature));
        assertFalse(keys.verifies(INPUT, new byte[64]));
        assertFalse(keys.verifies(INPUT, new byte[0]));
    }

    @Test
    void onlyThePinnedOneIsFollowed() {
        assertFollows(FeedKeys.of(id(ONE), null), ONE, OTHER);
    }

    @Test
    void theFirstOneSeenIsFollowedAndNoOther() {
        FeedKeys keys = FeedKeys.of(null, null);
        assertFalse(keys.verifies(INPUT, ONE.sign(INPUT)), "none is accepted yet");
        assertTrue(keys.accepts(welcome(ONE)));
        assertFollows(keys, ONE, OTHER);
    }

    @Test
    void anIdIsComputedAndNotBelieved() {
        VerificationKey lie = welcome(OTHER).toBuilder().setKeyId(id(ONE)).build();
        assertFalse(FeedKeys.of(id(ONE), null).accepts(lie));
        FeedKeys any = FeedKeys.of(null, null);
        assertFalse(any.accepts(lie));
        assertFalse(any.verifies(INPUT, OTHER.sign(INPUT)));
        assertTrue(any.accepts(welcome(ONE)), "a refused one is not the first one seen");
    }

    @Test
    void whatIsNoSuchKeyIsRefused() {
        FeedKeys keys = FeedKeys.of(null, null);
        TestKey edwards = TestKey.shared(Algorithm.EDDSA);
        for (VerificationKey wrong : List.of(
                VerificationKey.getDefaultInstance(),
                welcome(ONE).toBuilder().setAlgorithm("none").build(),
                welcome(ONE).toBuilder().setAlgorithm("RS256").build(),
                welcome(ONE).toBuilder().clearPublicKey().build(),
                welcome(ONE).toBuilder()
                        .setPublicKey(ByteString.copyFrom(edwards.subjectPublicKeyInfo()))
                        .build())) {
            assertFalse(keys.accepts(wrong), wrong::toString);
        }
    }

    @Test
    void theFirstOneSeenIsKeptForTheNextStart() throws IOException {
        FeedKeys first = FeedKeys.of(null, folder);
        assertTrue(first.accepts(welcome(ONE)));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
        byte[] kept = Files.readAllBytes(file());
        FeedKeys next = FeedKeys.of(null, folder);
        assertBelieves(next, ONE, OTHER);
        assertFollows(next, ONE, OTHER);
        assertArrayEquals(kept, Files.readAllBytes(file()));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(file()), files.toList());
        }
        Files.delete(file());
        assertFollows(FeedKeys.of(id(OTHER), folder), OTHER, ONE);
    }

    @Test
    void aPinBeatsWhatWasKept() throws IOException {
        assertTrue(FeedKeys.of(null, folder).accepts(welcome(ONE)));
        FeedKeys pinned = FeedKeys.of(id(OTHER), folder);
        assertFalse(pinned.verifies(INPUT, ONE.sign(INPUT)));
        assertFollows(pinned, OTHER, ONE);
        assertBelieves(FeedKeys.of(null, folder), OTHER, ONE);
        assertBelieves(FeedKeys.of(id(OTHER), folder), OTHER, ONE);
    }

    @Test
    void aDamagedFileIsRefusedUnlessAKeyIsPinned() throws IOException {
        assertTrue(FeedKeys.of(null, folder).accepts(welcome(ONE)));
        String kept = Files.readString(file());
        String otherId = id(OTHER) + kept.substring(43);
        for (String damaged :
                List.of("", "x", kept.substring(0, 60), kept + kept, otherId, kept.replace("MFkw", "MFkx"))) {
            assertNotEquals(kept, damaged);
            Files.writeString(file(), damaged);
            InvalidConfiguration refusal = assertThrows(InvalidConfiguration.class, () -> FeedKeys.of(null, folder));
            assertEquals("data", refusal.key());
            assertTrue(String.valueOf(refusal.getMessage()).contains(file().toString()), refusal.getMessage());
            assertEquals(damaged, Files.readString(file()));
            assertFollows(FeedKeys.of(id(ONE), folder), ONE, OTHER);
            assertEquals(kept, Files.readString(file()));
        }
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-rw-rw-"));
        assertEquals(
                "data",
                assertThrows(InvalidConfiguration.class, () -> FeedKeys.of(null, folder))
                        .key());
    }

    @Test
    void whatCannotBeKeptIsNotAcceptedUnlessItIsPinned() throws IOException {
        Files.createDirectories(folder.resolve(".feed-key.new/in the way"));
        FeedKeys first = FeedKeys.of(null, folder);
        assertFalse(first.accepts(welcome(ONE)));
        assertFalse(first.verifies(INPUT, ONE.sign(INPUT)));
        assertFollows(FeedKeys.of(id(ONE), folder), ONE, OTHER);
    }

    @Test
    void aFolderIsMadeForItsOwnerAlone() throws IOException {
        Path data = folder.resolve("a/b");
        assertTrue(FeedKeys.of(null, data).accepts(welcome(ONE)));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(data)));
        Path taken = Files.writeString(folder.resolve("taken"), "");
        assertEquals(
                "data",
                assertThrows(InvalidConfiguration.class, () -> FeedKeys.of(null, taken))
                        .key());
    }
}
