package dev.signet.authority.load;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Duration;
import dev.signet.v1.AccessTokenServiceGrpc;
import dev.signet.v1.ApiKey;
import dev.signet.v1.ApiKeyServiceGrpc;
import dev.signet.v1.CreateApiKeyRequest;
import dev.signet.v1.CreateApiKeyResponse;
import dev.signet.v1.CreateDeploymentRequest;
import dev.signet.v1.CreateTokenRequest;
import dev.signet.v1.DeleteDeploymentRequest;
import dev.signet.v1.DeleteTokenRequest;
import dev.signet.v1.Deployment;
import dev.signet.v1.DirectoryServiceGrpc;
import dev.signet.v1.ExchangeApiKeyRequest;
import dev.signet.v1.Token;
import dev.signet.v1.TokenServiceGrpc;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where a load test plays: a deployment of its own. All that it makes belongs there, so deleting the deployment ends
 * all of it, and verifiers hear of that as one change however much it was.
 *
 * <p>Failures of the authority leave as gRPC's exceptions.
 */
final class Stage {
    private static final int DEADLINE_SECONDS = 10;
    /** Ending much takes longer. */
    private static final int END_SECONDS = 60;
    /** What is left behind in spite of all ends by itself. */
    private static final int EXPIRY_DAYS = 1;

    private final Channel authority;
    private final Metadata credential;
    private final String name;
    private volatile @Nullable String deployment;

    /**
     * @param credential sent with every call
     * @param name the display name of all that is made
     */
    Stage(Channel authority, Metadata credential, String name) {
        this.authority = authority;
        this.credential = credential;
        this.name = name;
    }

    /** A token as the authority made it; the value is a secret. */
    record Made(String name, String value) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** What an API key is exchanged by; the secret is one. */
    record Key(String id, String secret) {
        ExchangeApiKeyRequest request() {
            return ExchangeApiKeyRequest.newBuilder()
                    .setKeyId(id)
                    .setSecret(secret)
                    .build();
        }

        @Override
        public String toString() {
            return id;
        }
    }

    void open(String workspace) {
        deployment = blocking(DirectoryServiceGrpc::newBlockingStub)
                .createDeployment(CreateDeploymentRequest.newBuilder()
                        .setParent(workspace)
                        .setDeployment(Deployment.newBuilder()
                                .setDisplayName(name)
                                .setDescription("Made by `signet load`, which deletes it when it is done."))
                        .build())
                .getDeployment()
                .getName();
    }

    /** The deployment's full name; null before it was made, and once it is gone. */
    @Nullable
    String deployment() {
        return deployment;
    }

    CreateTokenRequest creation() {
        String resource = open();
        return CreateTokenRequest.newBuilder()
                .setParent(resource.substring(0, resource.indexOf("/workspaces/")))
                .setToken(Token.newBuilder()
                        .setDisplayName(name)
                        .setResource(resource)
                        .setExpiryPeriodDays(EXPIRY_DAYS))
                .build();
    }

    List<Made> createTokens(int count, Progress progress) {
        CreateTokenRequest request = creation();
        List<Made> made = new ArrayList<>();
        Bulk.run(count, () -> future(TokenServiceGrpc::newFutureStub).createToken(request), created -> {
            made.add(new Made(created.getToken().getName(), created.getValue()));
            progress.prepares("creating tokens", made.size(), count);
        });
        return made;
    }

    void deleteTokens(List<Made> tokens, Progress progress) {
        int[] done = {0};
        var next = tokens.iterator();
        Bulk.run(
                tokens.size(),
                () -> future(TokenServiceGrpc::newFutureStub)
                        .deleteToken(DeleteTokenRequest.newBuilder()
                                .setName(next.next().name())
                                .build()),
                deleted -> progress.prepares("deleting tokens", ++done[0], tokens.size()));
    }

    Key createApiKey() {
        CreateApiKeyResponse created = blocking(ApiKeyServiceGrpc::newBlockingStub)
                .createApiKey(CreateApiKeyRequest.newBuilder()
                        .setParent(open())
                        .setApiKey(ApiKey.newBuilder().setDisplayName(name))
                        .build());
        String keyName = created.getApiKey().getName();
        return new Key(keyName.substring(keyName.lastIndexOf('/') + 1), created.getSecret());
    }

    List<String> exchange(Key key, int count, Progress progress) {
        ExchangeApiKeyRequest request = key.request();
        List<String> tokens = new ArrayList<>(count);
        Bulk.run(count, () -> exchanged(request), answer -> {
            tokens.add(answer.getAccessToken());
            progress.prepares("exchanging for first-seen tokens", tokens.size(), count);
        });
        return tokens;
    }

    private ListenableFuture<dev.signet.v1.ExchangeApiKeyResponse> exchanged(ExchangeApiKeyRequest request) {
        return future(AccessTokenServiceGrpc::newFutureStub).exchangeApiKey(request);
    }

    /** Ends all that was made; does nothing where there is nothing. */
    synchronized void end() {
        String made = deployment;
        if (made != null) {
            var unused = with(DirectoryServiceGrpc::newBlockingStub, END_SECONDS)
                    .deleteDeployment(DeleteDeploymentRequest.newBuilder()
                            .setName(made)
                            .setWait(Duration.getDefaultInstance())
                            .build());
            deployment = null;
        }
    }

    private String open() {
        String made = deployment;
        if (made == null) {
            throw new IllegalStateException("no deployment was made yet");
        }
        return made;
    }

    private <S extends AbstractStub<S>> S blocking(Function<Channel, S> stub) {
        return with(stub, DEADLINE_SECONDS);
    }

    private <S extends AbstractStub<S>> S future(Function<Channel, S> stub) {
        return with(stub, DEADLINE_SECONDS);
    }

    private <S extends AbstractStub<S>> S with(Function<Channel, S> stub, int seconds) {
        return stub.apply(authority)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(credential))
                .withDeadlineAfter(seconds, TimeUnit.SECONDS);
    }
}
