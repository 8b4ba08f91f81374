package dev.signet.authority.bench;

import dev.signet.v1.AccessTokenServiceGrpc.AccessTokenServiceImplBase;
import dev.signet.v1.ExchangeApiKeyRequest;
import dev.signet.v1.ExchangeApiKeyResponse;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.CryptoProvider;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The least that an exchange over gRPC costs: a service of the same name that makes one ES256 signature over as many
 * bytes and answers with what it was given before. Its server and its threads are those of the authority; each thread
 * keeps a signature object that is initialized already.
 */
final class EchoAndSign extends AccessTokenServiceImplBase implements AutoCloseable {
    private static final int THREADS = 32;

    private final ExchangeApiKeyResponse answer;
    private final byte[] signed;
    private final ThreadLocal<Signature> signatures;
    private final ExecutorService executor = Executors.newFixedThreadPool(THREADS);
    private final Server server;

    EchoAndSign(ExchangeApiKeyResponse answer) throws GeneralSecurityException, IOException {
        this.answer = answer;
        String token = answer.getAccessToken();
        this.signed = new byte[token.lastIndexOf('.')];
        KeyPairGenerator generator =
                KeyPairGenerator.getInstance("EC", CryptoProvider.chosen().provider());
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        this.signatures = ThreadLocal.withInitial(() -> signature(pair.getPrivate()));
        this.server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .executor(executor)
                .addService(this)
                .build()
                .start();
    }

    int port() {
        return server.getPort();
    }

    @Override
    public void exchangeApiKey(ExchangeApiKeyRequest request, StreamObserver<ExchangeApiKeyResponse> response) {
        Signature signature = signatures.get();
        try {
            signature.update(signed);
            signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        response.onNext(answer);
        response.onCompleted();
    }

    private static Signature signature(PrivateKey key) {
        try {
            Signature signature = CryptoProvider.chosen().signature(Algorithm.ES256);
            signature.initSign(key);
            return signature;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
        executor.shutdown();
    }
}
