package dev.signet.authority.keys;

import com.nimbusds.jose.JOSEException;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.CryptoProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.security.AuthProvider;
import java.security.GeneralSecurityException;
import java.security.InvalidParameterException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Security;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.login.LoginException;
import org.jspecify.annotations.Nullable;

/**
 * Private keys that are made in an HSM, stay there, and sign there. The store keeps where they are: an RFC 7512 URI
 * with their CKA_ID, which is the {@code kid}.
 *
 * <p>A pair that was made and never committed, as by a process that was killed between the two, is an object that
 * nobody asks for: keys are found by the ids that the store knows, and what else is in the token is not looked at.
 */
final class Pkcs11Vault implements KeyVault {
    private static final String SCHEME = "pkcs11:";

    /** What keys are made with: theirs is to sign, and there is no way out for them. */
    private static final String CONFIGURATION = """
            --name = signet
            library = "%s"
            %s
            attributes(generate, CKO_PUBLIC_KEY, *) = {
              CKA_TOKEN = false
            }
            attributes(generate, CKO_PRIVATE_KEY, *) = {
              CKA_TOKEN = true
              CKA_PRIVATE = true
              CKA_SENSITIVE = true
              CKA_EXTRACTABLE = false
              CKA_SIGN = true
              CKA_DECRYPT = false
              CKA_UNWRAP = false
            }
            """;

    /**
     * Held where objects are made or looked for, which is seldom: SoftHSM trips over several at once
     * (CKR_GENERAL_ERROR), whichever vault they come from. Signing takes no turns.
     */
    private static final Object OBJECTS = new Object();

    private final String token;
    /** Not among the providers of the process: only keys that are kept here are its business. */
    private final AuthProvider provider;

    private final SecureRandom random;

    private Pkcs11Vault(String token, AuthProvider provider, SecureRandom random) {
        this.token = token;
        this.provider = provider;
        this.random = random;
    }

    /**
     * Loads the module, finds the token and logs in.
     *
     * @param wanted what keys are to be made for
     * @throws InvalidConfiguration where any of that fails, or the token has no such keys; nothing was changed
     */
    static Pkcs11Vault open(Pkcs11Config config, Algorithm wanted, SecureRandom random) {
        Path library = config.library().toAbsolutePath();
        char[] pin = pin(config);
        Pkcs11Slot slot = Pkcs11Slot.of(library, config.token());
        AuthProvider provider = provider(library, slot);
        Pkcs11Vault vault = new Pkcs11Vault(config.token(), provider, random);
        vault.requireAlgorithm("signing-algorithm", wanted);
        vault.requireAlgorithm("pkcs11-token", FeedKey.ALGORITHM);
        // Also for later: where the token has forgotten the login, the provider asks again.
        provider.setCallbackHandler(callbacks -> {
            for (Callback callback : callbacks) {
                if (callback instanceof PasswordCallback password) {
                    password.setPassword(pin);
                }
            }
        });
        vault.logIn(config.pin() == null ? "pkcs11-pin-file" : "pkcs11-pin");
        return vault;
    }

    private static char[] pin(Pkcs11Config config) {
        String pin = config.pin();
        Path file = config.pinFile();
        if (pin == null && file != null) {
            try {
                pin = SecretFile.read("pkcs11-pin-file", file);
            } catch (IOException e) {
                throw new InvalidConfiguration("pkcs11-pin-file", "cannot be read: " + file);
            }
            if (pin.isEmpty()) {
                throw new InvalidConfiguration("pkcs11-pin-file", "holds no PIN: " + file);
            }
        }
        return pin == null ? new char[0] : pin.toCharArray();
    }

    private static AuthProvider provider(Path library, Pkcs11Slot slot) {
        Provider unconfigured = Security.getProvider("SunPKCS11");
        if (unconfigured == null) {
            throw new InvalidConfiguration(
                    "pkcs11-library", "cannot be used: this Java lacks the module jdk.crypto.cryptoki");
        }
        try {
            return (AuthProvider) unconfigured.configure(CONFIGURATION.formatted(library, slot.configuration()));
        } catch (InvalidParameterException | ProviderException e) {
            throw new InvalidConfiguration("pkcs11-library", "cannot be used, " + innermost(e) + ": " + library);
        }
    }

    private void requireAlgorithm(String configKey, Algorithm wanted) {
        boolean makes = provider.getService("KeyPairGenerator", KeyPairs.generatorName(wanted)) != null;
        if (!makes || provider.getService("Signature", signatureName(wanted)) == null) {
            throw new InvalidConfiguration(
                    configKey,
                    wanted.headerName() + " is not to be had from the token " + token + " through Java's PKCS#11");
        }
    }

    private void logIn(String source) {
        try {
            provider.login(null, null);
        } catch (LoginException | ProviderException e) {
            throw new InvalidConfiguration(source, "the token " + token + " does not take the PIN: " + innermost(e));
        }
    }

    @Override
    public MadeKey generate(Algorithm algorithm) {
        synchronized (OBJECTS) {
            return generateAlone(algorithm);
        }
    }

    private MadeKey generateAlone(Algorithm algorithm) {
        try {
            KeyPair pair = KeyPairs.generate(algorithm, provider, random);
            PublicKey publicKey = CryptoProvider.chosen()
                    .keyFactory(algorithm)
                    .generatePublic(new X509EncodedKeySpec(pair.getPublic().getEncoded()));
            String id = KeyPairs.publicJwk(algorithm, publicKey).getKeyID();
            Signature signature = signature(algorithm);
            signature.initSign(pair.getPrivate());
            X509Certificate certificate = SelfSigned.of(id, algorithm, publicKey, signature);
            certificate.verify(publicKey);
            // This gives the key its CKA_ID, which it is found by.
            objects().setKeyEntry(id, pair.getPrivate(), null, new Certificate[] {certificate});
            return new MadeKey(id, algorithm, publicKey, SCHEME + "id=" + id + ";type=private");
        } catch (GeneralSecurityException | JOSEException | IOException | ProviderException e) {
            throw new IllegalStateException("no key could be made in the token " + token, e);
        }
    }

    @Override
    public boolean keeps(String secret) {
        return secret.startsWith(SCHEME);
    }

    @Override
    public SigningKey open(String id, Algorithm algorithm, String secret) {
        synchronized (OBJECTS) {
            return openAlone(id, algorithm);
        }
    }

    private SigningKey openAlone(String id, Algorithm algorithm) {
        try {
            KeyStore objects = objects();
            Certificate certificate = objects.getCertificate(id);
            if (!(objects.getKey(id, null) instanceof PrivateKey privateKey) || certificate == null) {
                throw new InvalidConfiguration("pkcs11-token", "the token " + token + " does not hold the key " + id);
            }
            return new SigningKey(id, algorithm, privateKey, () -> signature(algorithm));
        } catch (GeneralSecurityException | IOException | ProviderException e) {
            throw new IllegalStateException("the key " + id + " cannot be read from the token " + token, e);
        }
    }

    /** What is in the token at this moment: another authority may have made a key since. */
    KeyStore objects() throws GeneralSecurityException, IOException {
        KeyStore objects = KeyStore.getInstance("PKCS11", provider);
        objects.load(null, null);
        return objects;
    }

    private Signature signature(Algorithm algorithm) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(signatureName(algorithm), provider);
        if (algorithm == Algorithm.PS256) {
            signature.setParameter(CryptoProvider.PS256);
        }
        return signature;
    }

    private static String signatureName(Algorithm algorithm) {
        return switch (algorithm) {
            case ES256 -> "SHA256withECDSA";
            case EDDSA -> "EdDSA";
            case RS256 -> "SHA256withRSA";
            case PS256 -> "RSASSA-PSS";
        };
    }

    /** What the module itself said, such as CKR_PIN_INCORRECT. */
    private static @Nullable String innermost(Throwable thrown) {
        Throwable inner = thrown;
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            inner = cause;
        }
        return inner.getMessage();
    }

    /** Nothing of the PIN. */
    @Override
    public String toString() {
        return "Pkcs11Vault[" + token + "]";
    }
}
