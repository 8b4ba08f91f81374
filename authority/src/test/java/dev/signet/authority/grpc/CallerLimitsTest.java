package dev.signet.authority.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.InProcess;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.limits.Callers;
import dev.signet.authority.limits.FakeNanos;
import dev.signet.authority.limits.LimitsConfig;
import dev.signet.authority.limits.RatesConfig;
import dev.signet.authority.tokens.ApiKeys;
import dev.signet.authority.tokens.Retry;
import dev.signet.v1.AccessTokenServiceGrpc;
import dev.signet.v1.CreateOrganizationRequest;
import dev.signet.v1.DeleteOrganizationRequest;
import dev.signet.v1.DirectoryServiceGrpc;
import dev.signet.v1.ExchangeApiKeyRequest;
import dev.signet.v1.Organization;
import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.WhoAmIRequest;
import dev.signet.verifier.token.ResourcePath;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Who calls too often, and who shows what is no good, as their callers see it. */
final class CallerLimitsTest {
    private static final String HERE = "203.0.113.7";
    private static final String ELSEWHERE = "198.51.100.1";

    @TempDir
    private Path data;

    private final FakeNanos nanos = new FakeNanos();
    private TestAuthority authority;
    private InProcess server;

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        LimitsConfig few = new LimitsConfig(
                new RatesConfig(1, 1, 1, 1),
                2,
                LimitsConfig.DEFAULT_LONGEST_CALL,
                LimitsConfig.DEFAULT_CONNECTIONS,
                LimitsConfig.DEFAULT_WATCH_STREAMS,
                LimitsConfig.DEFAULT_WATCH_STREAMS_PER_CREDENTIAL);
        server = new InProcess(authority, Callers.of(few, nanos));
    }

    @AfterEach
    void close() {
        server.close();
        authority.close();
    }

    private static WireError refused(Executable call) {
        return WireError.of(assertThrows(StatusRuntimeException.class, call));
    }

    private void whoAmI(String address, String token) {
        var unused = TokenServiceGrpc.newBlockingStub(server.server().from(address, token))
                .whoAmI(WhoAmIRequest.getDefaultInstance());
    }

    private String create() {
        return DirectoryServiceGrpc.newBlockingStub(server.server().from(HERE, authority.platformText()))
                .createOrganization(CreateOrganizationRequest.newBuilder()
                        .setOrganization(Organization.newBuilder().setDisplayName("Acme"))
                        .build())
                .getOrganization()
                .getName();
    }

    private void delete(String name) {
        var unused = DirectoryServiceGrpc.newBlockingStub(server.server().from(HERE, authority.platformText()))
                .deleteOrganization(
                        DeleteOrganizationRequest.newBuilder().setName(name).build());
    }

    /** Well formed and of a key that there is, but not signed with it. */
    private String forged(int variant) {
        String text = authority.platformText();
        String signature = "A".repeat(85) + "AQgw".charAt(variant);
        return text.substring(0, text.lastIndexOf('.') + 1) + signature;
    }

    @Test
    void whoeverCallsTooOftenIsToldWhenToComeAgain() {
        for (int call = 0; call < 10; call++) {
            whoAmI(HERE, authority.platformText());
        }
        WireError error = refused(() -> whoAmI(HERE, authority.platformText()));
        assertEquals(Status.Code.RESOURCE_EXHAUSTED, error.code());
        assertEquals("RATE_LIMITED", error.reason());
        assertEquals(Duration.ofSeconds(1), error.retryAfter());
        nanos.advance(error.retryAfter());
        whoAmI(HERE, authority.platformText());
    }

    @Test
    void whoMadeTooMuchCanStillEndIt() {
        String made = create();
        for (int call = 1; call < 10; call++) {
            create();
        }
        assertEquals("RATE_LIMITED", refused(this::create).reason());
        delete(made);
    }

    @Test
    void afterInventedCredentialsUnknownOnesAreNotLookedAt() {
        String fresh = authority.platformText();
        for (int attempt = 0; attempt < 2; attempt++) {
            int variant = attempt;
            assertEquals(
                    "BAD_SIGNATURE",
                    refused(() -> whoAmI(HERE, forged(variant))).reason());
        }
        WireError error = refused(() -> whoAmI(HERE, forged(3)));
        assertEquals(Status.Code.RESOURCE_EXHAUSTED, error.code());
        assertEquals("TOO_MANY_FAILED_ATTEMPTS", error.reason());
        assertEquals(Duration.ofSeconds(30), error.retryAfter());
        assertEquals(
                "TOO_MANY_FAILED_ATTEMPTS", refused(() -> whoAmI(HERE, fresh)).reason());
        // From elsewhere it is looked at, and from then on it is known here too.
        whoAmI(ELSEWHERE, fresh);
        whoAmI(HERE, fresh);
    }

    @Test
    void nobodyOnThisMachineIsKeptOutForAnother() {
        for (int attempt = 0; attempt < 10; attempt++) {
            int variant = attempt;
            assertEquals(
                    "BAD_SIGNATURE",
                    refused(() -> whoAmI("127.0.0.1", forged(variant % 4))).reason());
        }
    }

    private ApiKeys.WithSecret key() {
        ResourcePath organization = authority.organization();
        Call owner = authority.owner(organization);
        ResourcePath deployment = authority.deployment(owner, authority.workspace(owner, organization));
        return authority.apiKeys().create(owner, deployment, "a key", "", Retry.NEVER);
    }

    private void exchange(String address, String id, String secret) {
        assertTrue(AccessTokenServiceGrpc.newBlockingStub(server.server().from(address, null))
                        .exchangeApiKey(ExchangeApiKeyRequest.newBuilder()
                                .setKeyId(id)
                                .setSecret(secret)
                                .build())
                        .getExpiresIn()
                        .getSeconds()
                > 0);
    }

    @Test
    void secretsAreNotGuessedAndTheRightOneGoesOnBeingRight() {
        ApiKeys.WithSecret key = key();
        String id = key.key().id();
        exchange(HERE, id, key.secret());
        for (int attempt = 0; attempt < 2; attempt++) {
            assertEquals(
                    "INVALID_API_KEY",
                    refused(() -> exchange(HERE, id, "sgk_guessed")).reason());
        }
        assertEquals(
                "TOO_MANY_FAILED_ATTEMPTS",
                refused(() -> exchange(HERE, id, "sgk_guessed")).reason());
        exchange(HERE, id, key.secret());
        exchange(ELSEWHERE, id, key.secret());
    }

    /** Else whoever knows a key's id, which is no secret, could keep its owner from using it. */
    @Test
    void aKeyIsCountedForItsOwnerAlone() {
        ApiKeys.WithSecret key = key();
        String id = key.key().id();
        for (int attempt = 0; attempt < 100; attempt++) {
            assertEquals(
                    "INVALID_API_KEY",
                    refused(() -> exchange("127.0.0.1", id, "sgk_guessed")).reason());
        }
        for (int call = 0; call < 11; call++) {
            exchange(HERE, id, key.secret());
        }
        assertEquals(
                "RATE_LIMITED", refused(() -> exchange(HERE, id, key.secret())).reason());
    }
}
