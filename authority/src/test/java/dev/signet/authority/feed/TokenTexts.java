package dev.signet.authority.feed;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.impl.ECDSA;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.signet.authority.SeededRandom;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.CryptoProvider;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.Header;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.VerificationKey;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.verify.VerifierConfig;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Tokens that are really signed. All seeds share them, as signing takes longer than anything else. Thread-safe. */
final class TokenTexts {
    static final int ORGANIZATIONS = 4;
    static final int SUBJECTS = 20;
    /** How many values a subject can have one after the other. */
    static final int VALUES = 4;

    /** An audience that may have a larger maximum staleness than the others. */
    static final String PATIENT = "patient";

    static final long NEVER = Long.MAX_VALUE;

    private final VerificationKeys keys = new VerificationKeys();
    private final List<VerificationKey> publicKeys = new ArrayList<>();
    private final List<PrivateKey> privateKeys = new ArrayList<>();
    private final List<String> organizations = new ArrayList<>();
    private final List<String> workspaces = new ArrayList<>();
    private final List<String> deployments = new ArrayList<>();
    private final List<String> roles = new ArrayList<>();
    private final List<List<String>> subjects = new ArrayList<>();
    private final String valueId;
    private final ConcurrentMap<Claimed, String> texts = new ConcurrentHashMap<>();

    /** What a value says of itself; {@code expireSecond} {@link #NEVER} where it does not end. */
    record Claimed(
            int key,
            String audience,
            int organization,
            int subject,
            int index,
            int version,
            long grantsRevision,
            long expireSecond) {}

    TokenTexts() {
        IdGenerator ids = new IdGenerator(InstantSource.fixed(SimulatedClock.START), new Random(5));
        valueId = ids.nextValueId();
        for (int key = 0; key < 2; key++) {
            KeyPair pair = pair(key);
            publicKeys.add(keys.get(
                    "simulated-" + key, Algorithm.ES256, pair.getPublic().getEncoded()));
            privateKeys.add(pair.getPrivate());
        }
        for (int organization = 0; organization < ORGANIZATIONS; organization++) {
            organizations.add(ids.next(IdType.ORGANIZATION));
            workspaces.add(ids.next(IdType.WORKSPACE));
            deployments.add(ids.next(IdType.DEPLOYMENT));
            roles.add(ids.next(IdType.ROLE));
            List<String> ofOrganization = new ArrayList<>();
            for (int subject = 0; subject < SUBJECTS; subject++) {
                ofOrganization.add(ids.next(IdType.TOKEN));
            }
            subjects.add(ofOrganization);
        }
    }

    VerificationKeys keys() {
        return keys;
    }

    VerificationKey key(int number) {
        return publicKeys.get(number);
    }

    String organization(int number) {
        return organizations.get(number);
    }

    String workspace(int organization) {
        return workspaces.get(organization);
    }

    String deployment(int organization) {
        return deployments.get(organization);
    }

    String role(int organization) {
        return roles.get(organization);
    }

    String subject(int organization, int number) {
        return subjects.get(organization).get(number);
    }

    /** Grants from which can be read which version they are. */
    Grants grants(int organization, int version) {
        return new Grants(Map.of(
                organization(organization), List.of("V" + version),
                deployment(organization), List.of(role(organization))));
    }

    int version(int organization, Grants grants) {
        return Integer.parseInt(grants.on(organization(organization)).get(0).substring(1));
    }

    String text(Claimed claimed) {
        return texts.computeIfAbsent(claimed, this::sign);
    }

    private String sign(Claimed claimed) {
        VerificationKey key = key(claimed.key());
        String subject = subject(claimed.organization(), claimed.subject());
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", VerifierConfig.DEFAULT_ISSUER);
        claims.put("aud", claimed.audience());
        claims.put("sub", subject);
        claims.put("client_id", subject);
        claims.put("jti", valueId);
        claims.put("iat", SimulatedClock.START.getEpochSecond() - 3_600);
        if (claimed.expireSecond() != NEVER) {
            claims.put("exp", claimed.expireSecond());
        }
        claims.put("org", organization(claimed.organization()));
        claims.put("kind", "organization");
        claims.put("grants", grants(claimed.organization(), claimed.version()).byResource());
        claims.put("grants_rev", claimed.grantsRevision());
        claims.put("status", Map.of("status_list", Map.of("idx", claimed.index(), "uri", "https://signet.local/list")));
        String header = "{\"alg\":\"ES256\",\"kid\":\"" + key.id() + "\",\"typ\":\"" + Header.TYPE + "\"}";
        String input = Base64URL.encode(header) + "." + Base64URL.encode(JSONObjectUtils.toJSONString(claims));
        try {
            Signature signature = CryptoProvider.chosen().signature(Algorithm.ES256);
            signature.initSign(privateKeys.get(claimed.key()));
            signature.update(input.getBytes(StandardCharsets.US_ASCII));
            return input + "." + Base64URL.encode(ECDSA.transcodeSignatureToConcat(signature.sign(), 64));
        } catch (GeneralSecurityException | JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same in every process, so that a seed does the same in every process. */
    private static KeyPair pair(int seed) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256, new SeededRandom(seed));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
