package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import dev.signet.authority.e2e.history.Attempt;
import dev.signet.authority.e2e.history.Operation;
import dev.signet.authority.e2e.history.Operation.Answer;
import dev.signet.authority.e2e.history.Operation.Kind;
import dev.signet.v1.CreateTokenRequest;
import dev.signet.v1.CreateTokenResponse;
import dev.signet.v1.DeleteTokenRequest;
import dev.signet.v1.GetTokenRequest;
import dev.signet.v1.Grant;
import dev.signet.v1.Propagation;
import dev.signet.v1.RotateTokenRequest;
import dev.signet.v1.RotateTokenResponse;
import dev.signet.v1.Token;
import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.TokenServiceGrpc.TokenServiceBlockingStub;
import dev.signet.verifier.feed.BearerToken;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A client that creates, rotates and deletes tokens of its own, one after the other, and asks again whatever it gets no
 * good answer to, as often as that helps. It now and then gives up a call at once, and asks again while that is under
 * way. All that it does is recorded.
 */
final class RecordingClient implements Runnable, AutoCloseable {
    private static final Duration CALL = Duration.ofSeconds(3);
    private static final int MOST_IMPATIENT_MILLIS = 25;
    private static final Duration GIVEN_UP_AFTER = Duration.ofSeconds(60);
    private static final long BETWEEN_OPERATIONS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long BEFORE_A_RETRY = TimeUnit.MILLISECONDS.toNanos(50);

    private final String name;
    private final String organization;
    private final Random random;
    private final Consumer<Operation> record;
    private final Consumer<Value> worthAsking;
    private final ManagedChannel channel;
    private final BearerToken credential;
    private final List<Value> live = new ArrayList<>();
    private int count;
    private volatile boolean enough;

    /**
     * A token as it is presented, and to whom it belongs.
     *
     * @param id the {@code jti}
     */
    record Value(String token, String id, String text) {
        static Value of(String token, String text) {
            byte[] payload = Base64.getUrlDecoder().decode(text.split("\\.", -1)[1]);
            JsonObject claims = JsonParser.parseString(new String(payload, StandardCharsets.UTF_8))
                    .getAsJsonObject();
            return new Value(token, claims.get("jti").getAsString(), text);
        }

        /** Nothing of the text. */
        @Override
        public String toString() {
            return id;
        }
    }

    /**
     * A client of whatever answers at a port.
     *
     * @param owner the credential of an owner of the organization
     * @param record told of each operation when it is over
     * @param worthAsking told of each value that was given to the client, and again when it has ended
     */
    RecordingClient(
            String name,
            int port,
            String organization,
            String owner,
            long seed,
            Consumer<Operation> record,
            Consumer<Value> worthAsking) {
        this.name = name;
        this.organization = organization;
        this.random = new Random(seed);
        this.record = record;
        this.worthAsking = worthAsking;
        this.channel = NettyChannelBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .usePlaintext()
                .intercept(SecretWatch.onChannel())
                .build();
        this.credential = new BearerToken(owner);
    }

    /** Until {@link #finish} is called. */
    @Override
    public void run() {
        while (!enough) {
            int choice = random.nextInt(12);
            if (live.isEmpty() || choice < 4) {
                create();
            } else if (choice < 6) {
                read(live.get(random.nextInt(live.size())));
            } else if (choice < 9) {
                rotate(live.remove(random.nextInt(live.size())));
            } else {
                delete(live.remove(random.nextInt(live.size())));
            }
            LockSupport.parkNanos(BETWEEN_OPERATIONS);
        }
    }

    /** The values that it holds, once it has ended. */
    List<Value> live() {
        return live;
    }

    /** Has it end with the operation that is under way. */
    void finish() {
        enough = true;
    }

    private void read(Value value) {
        GetTokenRequest request =
                GetTokenRequest.newBuilder().setName(value.token()).build();
        ask(nextId(), Kind.READ, value.token(), null, stub -> {
            assertEquals(value.token(), stub.getToken(request).getToken().getName());
            return new Shown(null, null);
        });
    }

    private void create() {
        String id = nextId();
        CreateTokenRequest request = CreateTokenRequest.newBuilder()
                .setParent(organization)
                .setRequestId(id)
                .setToken(Token.newBuilder()
                        .setDisplayName(id)
                        .setResource(organization)
                        .setExpiryPeriodDays(1)
                        .addGrants(Grant.newBuilder()
                                .setResource(Client.id(organization))
                                .setRole("ORGANIZATION_MEMBER")))
                .build();
        ask(id, Kind.CREATE, "", null, stub -> {
            CreateTokenResponse response = stub.createToken(request);
            return new Shown(Value.of(response.getToken().getName(), response.getValue()), null);
        });
    }

    private void rotate(Value value) {
        String id = nextId();
        RotateTokenRequest request = RotateTokenRequest.newBuilder()
                .setName(value.token())
                .setRequestId(id)
                .setWait(wait(random))
                .build();
        ask(id, Kind.ROTATE, value.token(), value, stub -> {
            RotateTokenResponse response = stub.rotateToken(request);
            return new Shown(Value.of(response.getToken().getName(), response.getValue()), response.getPropagation());
        });
    }

    private void delete(Value value) {
        DeleteTokenRequest request = DeleteTokenRequest.newBuilder()
                .setName(value.token())
                .setWait(wait(random))
                .build();
        ask(
                nextId(),
                Kind.DELETE,
                value.token(),
                value,
                stub -> new Shown(null, stub.deleteToken(request).getPropagation()));
    }

    /** Most do not wait for verifiers, so that there is more to do. */
    private static com.google.protobuf.Duration wait(Random random) {
        return Durations.fromMillis(random.nextInt(8) == 0 ? 500 : 0);
    }

    private String nextId() {
        return name + "-" + count++;
    }

    /** What an answer has shown. */
    private record Shown(@Nullable Value value, @Nullable Propagation propagation) {
        Answer answer(String token) {
            return new Answer(
                    value == null ? token : value.token(),
                    value == null ? null : value.id(),
                    propagation == null
                            ? null
                            : Instant.ofEpochSecond(0, Timestamps.toNanos(propagation.getCertainBy())));
        }
    }

    /** Asks until there is an answer, or no use in asking. */
    private void ask(
            String id, Kind kind, String token, @Nullable Value ends, Function<TokenServiceBlockingStub, Shown> call) {
        List<Attempt> attempts = new ArrayList<>();
        Answer answer = null;
        while (answer == null) {
            Instant begin = Instant.now();
            try {
                Shown given = call.apply(stub());
                attempts.add(new Attempt(begin, Instant.now(), "OK", ""));
                answer = given.answer(token);
                if (given.value() != null) {
                    live.add(given.value());
                    worthAsking.accept(given.value());
                }
            } catch (StatusRuntimeException e) {
                Attempt attempt = new Attempt(
                        begin, Instant.now(), e.getStatus().getCode().name(), reason(e));
                attempts.add(attempt);
                if (kind == Kind.DELETE && attempt.saysNotFound()) {
                    answer = new Answer(token, null, null);
                } else if (!attempt.isRetried()
                        || begin.isAfter(attempts.get(0).begin().plus(GIVEN_UP_AFTER))) {
                    break;
                }
                pause();
            }
        }
        if (ends != null) {
            worthAsking.accept(ends);
        }
        record.accept(new Operation(id, kind, token, ends == null ? null : ends.id(), attempts, answer));
    }

    private TokenServiceBlockingStub stub() {
        // A channel that saw its server go would else refuse for a while.
        channel.resetConnectBackoff();
        boolean impatient = random.nextInt(20) == 0;
        long millis = impatient ? 1 + random.nextInt(MOST_IMPATIENT_MILLIS) : CALL.toMillis();
        return TokenServiceGrpc.newBlockingStub(channel)
                .withCallCredentials(credential)
                .withDeadlineAfter(millis, TimeUnit.MILLISECONDS);
    }

    /** As clients do, some on the connection that they have and some on another. */
    private void pause() {
        if (random.nextBoolean()) {
            channel.enterIdle();
        }
        LockSupport.parkNanos(BEFORE_A_RETRY);
    }

    private static String reason(StatusRuntimeException e) {
        try {
            Status status = StatusProto.fromThrowable(e);
            if (status == null || status.getDetailsCount() == 0) {
                return "";
            }
            return status.getDetails(0).unpack(ErrorInfo.class).getReason();
        } catch (InvalidProtocolBufferException other) {
            return "";
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
