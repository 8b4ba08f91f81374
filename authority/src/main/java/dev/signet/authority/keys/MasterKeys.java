package dev.signet.authority.keys;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.DirectDecrypter;
import com.nimbusds.jose.crypto.DirectEncrypter;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.util.Base64URL;
import dev.signet.authority.errors.Refusal;
import dev.signet.verifier.InvalidConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What private keys are sealed under at rest: JWE with direct AES-256-GCM (RFC 7518 sections 4.5 and 5.3). The first
 * master key seals; the others, left from before a change, only open. Thread-safe.
 */
final class MasterKeys {
    private static final int BYTES = 32;
    private static final String FILE = "master-key";
    private static final String VARIABLE = "SIGNET_MASTER_KEY";

    /** Where they are read from; null for the environment. */
    private final @Nullable Path file;
    /** Whether the file is this authority's own, and not the operator's. */
    private final boolean isOwnFile;

    private final SecureRandom random;
    private volatile List<OctetSequenceKey> keys;
    /** Those before {@link #begin}. */
    private volatile List<OctetSequenceKey> before;

    private MasterKeys(@Nullable Path file, boolean isOwnFile, SecureRandom random, List<OctetSequenceKey> keys) {
        this.file = file;
        this.isOwnFile = isOwnFile;
        this.random = random;
        this.keys = keys;
        this.before = keys;
    }

    /**
     * Takes the keys from where the configuration says; makes one in the data folder where nothing is configured and
     * nothing is sealed yet.
     *
     * @param sealedKeysExist whether the store holds keys that were sealed under an earlier run's master key
     * @throws InvalidConfiguration where it is missing, unreadable or not a key
     */
    static MasterKeys open(KeysConfig config, Path data, boolean sealedKeysExist, SecureRandom random) {
        String given = config.masterKey();
        if (given != null) {
            return new MasterKeys(null, false, random, decode("master-key", given.split(",", -1), VARIABLE));
        }
        Path configured = config.masterKeyFile();
        Path file = configured != null ? configured : data.resolve(FILE);
        try {
            if (configured == null && !sealedKeysExist && Files.notExists(file)) {
                write(file, List.of(generate(random)));
            }
            return new MasterKeys(file, configured == null, random, read(file));
        } catch (IOException e) {
            throw new InvalidConfiguration(
                    "master-key-file",
                    sealedKeysExist
                            ? "cannot be read, and private keys are sealed under it: " + file
                            : "cannot be read or written: " + file);
        }
    }

    static boolean isSealed(String secret) {
        // The beginning of every JWE's header, {" in base64url.
        return secret.startsWith("eyJ");
    }

    /** Whether something is sealed under the key that seals now. */
    boolean isSealedUnderTheFirst(String sealed) {
        try {
            return id(keys.get(0)).equals(JWEObject.parse(sealed).getHeader().getKeyID());
        } catch (ParseException e) {
            return false;
        }
    }

    String seal(String secret) {
        OctetSequenceKey key = keys.get(0);
        try {
            JWEObject sealed = new JWEObject(
                    new JWEHeader.Builder(JWEAlgorithm.DIR, EncryptionMethod.A256GCM)
                            .keyID(id(key))
                            .build(),
                    new Payload(secret));
            sealed.encrypt(new DirectEncrypter(key));
            return sealed.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("AES-256-GCM is not to be had", e);
        }
    }

    /** Opens what {@link #seal} closed; refuses to start where that was under another master key. */
    String open(String keyId, String sealed) {
        for (OctetSequenceKey key : keys) {
            try {
                JWEObject closed = JWEObject.parse(sealed);
                closed.decrypt(new DirectDecrypter(key));
                return closed.getPayload().toString();
            } catch (ParseException | JOSEException | RuntimeException e) {
                // Not under this one.
            }
        }
        throw new InvalidConfiguration(
                "master-key",
                "the key from " + source() + " does not open the key " + keyId
                        + ": it is not the master key that the ledger was sealed under");
    }

    /**
     * Takes up the master key that is to come: the operator's, from the first line of the file or the beginning of the
     * variable, or a new one. From here on it seals, and the present one opens what it sealed, also after a crash.
     *
     * @throws Refusal where the operator has not put another key there
     */
    void begin() {
        before = keys;
        if (file == null && keys.size() > 1) {
            return;
        }
        if (file == null) {
            throw Refusal.failedPrecondition(
                    "MASTER_KEY_UNCHANGED",
                    "the master key comes from " + VARIABLE + ", which cannot change in a running process: put the "
                            + "new key before the present one there, separated by a comma, restart, and repeat this");
        }
        try {
            List<OctetSequenceKey> found = read(file);
            if (isOwnFile && found.size() == 1) {
                found.add(0, generate(random));
                write(file, found);
            } else if (found.size() == 1) {
                throw Refusal.failedPrecondition(
                        "MASTER_KEY_UNCHANGED",
                        "put the new master key on a line of its own before the present one in " + file
                                + ", and repeat this");
            }
            keys = List.copyOf(found);
        } catch (IOException | InvalidConfiguration e) {
            throw Refusal.failedPrecondition("MASTER_KEY_UNREADABLE", "the master keys cannot be read from " + file);
        }
    }

    /** Goes back to what sealed before {@link #begin}, as what was sealed under it could not be sealed anew. */
    void cancel() {
        keys = before;
    }

    /** Drops the earlier master keys from the authority's own file, once nothing is sealed under them any more. */
    void end() {
        if (isOwnFile && file != null) {
            List<OctetSequenceKey> rest = List.of(keys.get(0));
            try {
                write(file, rest);
                keys = rest;
            } catch (IOException e) {
                throw Refusal.failedPrecondition(
                        "MASTER_KEY_UNREADABLE", "the earlier master key could not be removed from " + file);
            }
        }
    }

    private String source() {
        return file == null ? VARIABLE : file.toString();
    }

    private static List<OctetSequenceKey> read(Path file) throws IOException {
        String text = SecretFile.read("master-key-file", file);
        return decode("master-key-file", text.split("\\R"), file.toString());
    }

    private static void write(Path file, List<OctetSequenceKey> keys) throws IOException {
        SecretFile.write(
                file,
                String.join(
                        "\n",
                        keys.stream().map(key -> key.getKeyValue().toString()).toList()));
    }

    private static OctetSequenceKey generate(SecureRandom random) {
        byte[] fresh = new byte[BYTES];
        random.nextBytes(fresh);
        return new OctetSequenceKey.Builder(fresh).build();
    }

    private static List<OctetSequenceKey> decode(String configKey, String[] texts, String where) {
        List<OctetSequenceKey> keys = new ArrayList<>();
        for (String text : texts) {
            keys.add(decode(configKey, text.strip(), where));
        }
        return keys;
    }

    private static OctetSequenceKey decode(String configKey, String text, String where) {
        try {
            if (Base64.getUrlDecoder().decode(text).length == BYTES) {
                return new OctetSequenceKey.Builder(new Base64URL(text)).build();
            }
        } catch (IllegalArgumentException e) {
            // Said below, without quoting what may be a secret.
        }
        throw new InvalidConfiguration(configKey, where + " must hold 32 bytes in base64url without padding");
    }

    /** The thumbprint (RFC 7638), which tells nothing of a random key. */
    private static String id(OctetSequenceKey key) {
        try {
            return key.computeThumbprint().toString();
        } catch (JOSEException e) {
            throw new IllegalStateException("SHA-256 is not to be had", e);
        }
    }

    /** Nothing of the keys. */
    @Override
    public String toString() {
        return "MasterKeys[" + source() + "]";
    }
}
