package dev.signet.verifier.trust;

import dev.signet.verifier.token.CryptoProvider;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Takes content one piece after the other, in the form that {@code docs/feed.md} lays down, and gives its digest. Every
 * piece tells where it ends, so no two contents have one form.
 */
final class CanonicalForm {
    private final MessageDigest sha256;
    private final ByteBuffer gathered = ByteBuffer.allocate(8192);

    CanonicalForm() {
        try {
            sha256 = CryptoProvider.chosen().sha256();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a Java platform without SHA-256", e);
        }
    }

    CanonicalForm int8(int value) {
        room(Byte.BYTES).put((byte) value);
        return this;
    }

    CanonicalForm int16(int value) {
        room(Short.BYTES).putShort((short) value);
        return this;
    }

    CanonicalForm int32(int value) {
        room(Integer.BYTES).putInt(value);
        return this;
    }

    CanonicalForm int64(long value) {
        room(Long.BYTES).putLong(value);
        return this;
    }

    /** Bytes whose number is known from elsewhere. */
    CanonicalForm plain(byte[] bytes) {
        if (bytes.length > gathered.remaining()) {
            flush();
        }
        if (bytes.length > gathered.remaining()) {
            sha256.update(bytes);
        } else {
            gathered.put(bytes);
        }
        return this;
    }

    CanonicalForm bytes(byte[] bytes) {
        return int32(bytes.length).plain(bytes);
    }

    CanonicalForm digest(Digest digest) {
        return plain(digest.toByteArray());
    }

    CanonicalForm text(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    CanonicalForm texts(Collection<String> texts) {
        int32(texts.size());
        texts.forEach(this::text);
        return this;
    }

    /** Entries in the order of their keys; {@code entry} gives key and value. */
    <K extends Comparable<K>, V> CanonicalForm entries(Map<K, V> map, BiConsumer<K, V> entry) {
        int32(map.size());
        SortedMap<K, V> sorted = new TreeMap<>(map);
        sorted.forEach(entry);
        return this;
    }

    Digest digest() {
        flush();
        return Digest.of(sha256.digest());
    }

    private ByteBuffer room(int bytes) {
        if (gathered.remaining() < bytes) {
            flush();
        }
        return gathered;
    }

    private void flush() {
        sha256.update(gathered.flip());
        gathered.clear();
    }
}
