package dev.signet.authority.oauth;

import static dev.signet.authority.oauth.OAuthHouse.header;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import dev.signet.authority.store.StoredKey;
import dev.signet.verifier.trust.KeyState;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keys for libraries that fetch them, through rotations. */
final class KeysEndpointTest {
    private static final Pattern MAX_AGE = Pattern.compile("max-age=([0-9]+)");
    private static final int ROTATIONS = 10;
    /** In seconds; what may be kept is kept for six of them. */
    private static final int STEP = 5;

    @TempDir
    private Path data;

    private OAuthHouse house;

    @BeforeEach
    void open() {
        house = new OAuthHouse(data);
    }

    @AfterEach
    void close() {
        house.close();
    }

    /** Whoever keeps what it fetched for as long as it may, and never looks before. */
    private final class Client {
        private JWKSet keys = new JWKSet();
        private Instant until = Instant.MIN;
        private int fetches;

        boolean verifies(String value) throws Exception {
            Instant now = house.authority.clock().instant();
            if (!now.isBefore(until)) {
                HttpResponse<String> response = house.face.get("/.well-known/jwks.json");
                Matcher maxAge = MAX_AGE.matcher(header(response, "Cache-Control"));
                assertTrue(maxAge.find(), () -> header(response, "Cache-Control"));
                keys = JWKSet.parse(response.body());
                until = now.plusSeconds(Long.parseLong(maxAge.group(1)));
                fetches++;
            }
            SignedJWT token = SignedJWT.parse(value);
            JWK key = keys.getKeyByKeyId(token.getHeader().getKeyID());
            return key != null && token.verify(new ECDSAVerifier(key.toECKey()));
        }
    }

    private String issue() {
        return house.authority
                .issue(house.owner, house.deployment, "DEPLOYMENT_ADMIN")
                .value();
    }

    private List<StoredKey> in(KeyState state) {
        return house.authority.ledger().read(tx -> tx.keys().list()).stream()
                .filter(key -> key.state() == state)
                .toList();
    }

    /** Clients that fetch at other moments each, one of which is just before a key is published. */
    @Test
    void whoeverFetchesAsItIsToldMissesNoKeyThroughTenRotations() throws Exception {
        List<Client> clients =
                IntStream.range(0, 10).mapToObj(number -> new Client()).toList();
        List<String> signers = new ArrayList<>();
        int second = 0;
        while (signers.size() <= ROTATIONS) {
            house.authority.signingKeys().maintain();
            String active = in(KeyState.ACTIVE).get(0).id();
            if (!signers.contains(active)) {
                signers.add(active);
            }
            String value = issue();
            for (int number = 0; number < clients.size(); number++) {
                // Each begins later than the one before.
                if (second >= STEP * number) {
                    assertTrue(clients.get(number).verifies(value), "client " + number + " at " + second + " s");
                }
            }
            Instant known = in(KeyState.PREPARED).get(0).stateTime().plusSeconds(65);
            if (!house.authority.clock().instant().isBefore(known)) {
                house.authority.signingKeys().rotate(house.authority.platform());
            }
            house.authority.clock().advance(Duration.ofSeconds(STEP));
            second += STEP;
        }
        int seconds = second;
        assertTrue(
                clients.stream().allMatch(client -> client.fetches > 1 && client.fetches <= seconds / 30 + 1),
                "they kept what they were to keep");
    }

    @Test
    void theKeysAreThoseThatVerify() throws Exception {
        JWKSet keys = JWKSet.parse(house.face.get("/.well-known/jwks.json").body());
        assertEquals(2, keys.size(), "one that signs and one in reserve");
        assertFalse(keys.containsNonPublicKeys());
        for (JWK key : keys.getKeys()) {
            assertEquals("sig", key.getKeyUse().getValue());
            assertEquals("ES256", key.getAlgorithm().getName());
        }
        String compromised = in(KeyState.ACTIVE).get(0).id();
        house.authority.signingKeys().revoke(house.authority.platform(), compromised);
        JWKSet after = JWKSet.parse(house.face.get("/.well-known/jwks.json").body());
        assertEquals(null, after.getKeyByKeyId(compromised));
    }
}
