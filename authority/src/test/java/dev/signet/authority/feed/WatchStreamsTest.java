package dev.signet.authority.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.authority.InProcess;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.grpc.CallerGate;
import dev.signet.authority.grpc.ErrorDoor;
import dev.signet.authority.limits.StreamShares;
import dev.signet.v1.Subscribe;
import dev.signet.verifier.token.ResourcePath;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many verifiers may watch. */
final class WatchStreamsTest {
    @TempDir
    private Path data;

    private TestAuthority authority;
    private InProcess port;
    private Call owner;
    private Call other;

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        TrustGrpc trust = new TrustGrpc(
                authority.unpublished(),
                authority.access(),
                authority.verifier(),
                authority.publisher(),
                authority.lastUse(),
                new StreamShares(3, 2),
                authority.clock(),
                CallerGate::call,
                CallerGate::watcher,
                ErrorDoor::toStatus);
        port = new InProcess(authority, List.of(trust));
        ResourcePath organization = authority.organization();
        owner = authority.owner(organization);
        other = authority.owner(organization);
    }

    @AfterEach
    void close() {
        port.close();
        authority.close();
    }

    private TestVerifier watch(Call by) {
        return TestVerifier.open(port.channel(), by.credential().text(), Subscribe.newBuilder());
    }

    private void assertRefused(Call by) throws Exception {
        assertEquals(
                Status.Code.RESOURCE_EXHAUSTED, watch(by).awaitEnd().getStatus().getCode());
    }

    @Test
    void soManyWithOneCredentialAndSoManyInAll() throws Exception {
        TestVerifier first = watch(owner);
        first.untilPong();
        watch(owner).untilPong();
        assertRefused(owner);
        watch(other).untilPong();
        assertRefused(other);
        // Who is refused takes nobody's place.
        assertRefused(owner);
        first.leave();
        watch(other).untilPong();
    }
}
