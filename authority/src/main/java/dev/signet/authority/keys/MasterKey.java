package dev.signet.authority.keys;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.DirectDecrypter;
import com.nimbusds.jose.crypto.DirectEncrypter;
import dev.signet.verifier.InvalidConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.text.ParseException;
import java.util.Base64;
import java.util.Set;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** What private keys are sealed under at rest: JWE with direct AES-256-GCM (RFC 7518 sections 4.5 and 5.3). */
public final class MasterKey {
    private static final int BYTES = 32;
    private static final String FILE = "master-key";

    private final SecretKey key;
    private final String source;

    private MasterKey(byte[] key, String source) {
        this.key = new SecretKeySpec(key, "AES");
        this.source = source;
    }

    /**
     * Takes the key from where the configuration says; makes one in the data folder where nothing is configured and
     * nothing is sealed yet.
     *
     * @param sealedKeysExist whether the store holds keys that were sealed under an earlier run's master key
     * @throws InvalidConfiguration where it is missing, unreadable or not a key
     */
    public static MasterKey open(KeysConfig config, Path data, boolean sealedKeysExist, SecureRandom random) {
        String given = config.masterKey();
        if (given != null) {
            return new MasterKey(decode("master-key", given, "SIGNET_MASTER_KEY"), "SIGNET_MASTER_KEY");
        }
        Path configured = config.masterKeyFile();
        Path file = configured != null ? configured : data.resolve(FILE);
        try {
            if (configured == null && !sealedKeysExist && Files.notExists(file)) {
                byte[] fresh = new byte[BYTES];
                random.nextBytes(fresh);
                SecretFile.write(file, Base64.getUrlEncoder().withoutPadding().encodeToString(fresh));
            }
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (permissions.contains(PosixFilePermission.GROUP_READ)
                    || permissions.contains(PosixFilePermission.OTHERS_READ)) {
                throw new InvalidConfiguration("master-key-file", "others can read it; run: chmod 600 " + file);
            }
            return new MasterKey(
                    decode("master-key-file", Files.readString(file).strip(), file.toString()), file.toString());
        } catch (IOException e) {
            throw new InvalidConfiguration(
                    "master-key-file",
                    sealedKeysExist
                            ? "cannot be read, and the signing keys are sealed under it: " + file
                            : "cannot be read or written: " + file);
        }
    }

    String seal(String secret) {
        try {
            JWEObject sealed =
                    new JWEObject(new JWEHeader(JWEAlgorithm.DIR, EncryptionMethod.A256GCM), new Payload(secret));
            sealed.encrypt(new DirectEncrypter(key));
            return sealed.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("AES-256-GCM is not to be had", e);
        }
    }

    /** Opens what {@link #seal} closed; refuses to start where this is another master key. */
    String open(String keyId, String sealed) {
        try {
            JWEObject closed = JWEObject.parse(sealed);
            closed.decrypt(new DirectDecrypter(key));
            return closed.getPayload().toString();
        } catch (ParseException | JOSEException | RuntimeException e) {
            throw new InvalidConfiguration(
                    "master-key",
                    "the key from " + source + " does not open the signing key " + keyId
                            + ": it is not the master key that the ledger was sealed under");
        }
    }

    private static byte[] decode(String configKey, String text, String where) {
        try {
            byte[] key = Base64.getUrlDecoder().decode(text);
            if (key.length == BYTES) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            // Said below, without quoting what may be a secret.
        }
        throw new InvalidConfiguration(configKey, where + " must hold 32 bytes in base64url without padding");
    }

    /** Nothing of the key. */
    @Override
    public String toString() {
        return "MasterKey[" + source + "]";
    }
}
