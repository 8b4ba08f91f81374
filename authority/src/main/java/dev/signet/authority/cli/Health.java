package dev.signet.authority.cli;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Whether a server says that it serves. */
enum Health {
    SERVING("SERVING"),
    NOT_SERVING("NOT_SERVING"),
    UNREACHABLE("unreachable");

    private final String word;

    Health(String word) {
        this.word = word;
    }

    static Health of(Endpoint endpoint, Function<Endpoint, ManagedChannel> opener) {
        ManagedChannel channel = opener.apply(endpoint);
        try {
            ServingStatus status = HealthGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(Peer.DEADLINE_SECONDS, TimeUnit.SECONDS)
                    .check(HealthCheckRequest.getDefaultInstance())
                    .getStatus();
            return status == ServingStatus.SERVING ? SERVING : NOT_SERVING;
        } catch (StatusRuntimeException e) {
            return UNREACHABLE;
        } finally {
            channel.shutdownNow();
        }
    }

    @Override
    public String toString() {
        return word;
    }
}
