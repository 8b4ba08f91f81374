package dev.signet.verifier.bench;

import dev.signet.v1.VerifierServiceGrpc;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import org.conscrypt.Conscrypt;

/**
 * The floor: the methods of {@code VerifierService} that read their request's bytes, look at none of them, and answer
 * with as many bytes as a verdict has; on the event loop, as the sidecar does. Serves health as well, and has made one
 * signature check by the fast provider before it does.
 */
final class EchoServer {
    private EchoServer() {}

    /** @param arguments the port, the unix socket, and how long an answer is, to a call and on a stream */
    public static void main(String[] arguments) throws Exception {
        checkOneSignature();
        BindableService echo = echo(new byte[Integer.parseInt(arguments[2])], new byte[Integer.parseInt(arguments[3])]);
        serve(Integer.parseInt(arguments[0]), Path.of(arguments[1]), echo);
    }

    /** Serves health too, on both transports, and on the event loops themselves; returns when it has ended. */
    static void serve(int port, Path socket, BindableService... services) throws IOException, InterruptedException {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(0, NioIoHandler.newFactory());
        Server tcp = server(
                NettyServerBuilder.forAddress(ServerProcess.loopback(port)).channelType(NioServerSocketChannel.class),
                loops,
                services);
        server(
                NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                        .channelType(NioServerDomainSocketChannel.class),
                loops,
                services);
        tcp.awaitTermination();
    }

    private static Server server(NettyServerBuilder builder, EventLoopGroup loops, BindableService... services)
            throws IOException {
        for (BindableService service : services) {
            builder.addService(service);
        }
        return builder.bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops)
                .directExecutor()
                .flowControlWindow(1 << 20)
                .addService(new HealthStatusManager().getHealthService())
                .build()
                .start();
    }

    private static BindableService echo(byte[] answer, byte[] streamed) {
        MethodDescriptor<byte[], byte[]> verify = Bytes.method(VerifierServiceGrpc.getVerifyMethod());
        MethodDescriptor<byte[], byte[]> stream = Bytes.method(VerifierServiceGrpc.getVerifyStreamMethod());
        ServerCallHandler<byte[], byte[]> unary = (call, headers) -> {
            call.request(2);
            return new ServerCall.Listener<>() {
                @Override
                public void onHalfClose() {
                    call.sendHeaders(new Metadata());
                    call.sendMessage(answer);
                    call.close(Status.OK, new Metadata());
                }
            };
        };
        ServerCallHandler<byte[], byte[]> bidirectional = (call, headers) -> {
            call.sendHeaders(new Metadata());
            call.request(1);
            return new ServerCall.Listener<>() {
                @Override
                public void onMessage(byte[] message) {
                    call.sendMessage(streamed);
                    call.request(1);
                }

                @Override
                public void onHalfClose() {
                    call.close(Status.OK, new Metadata());
                }
            };
        };
        return () -> ServerServiceDefinition.builder(VerifierServiceGrpc.SERVICE_NAME)
                .addMethod(verify, unary)
                .addMethod(stream, bidirectional)
                .build();
    }

    static void checkOneSignature() throws GeneralSecurityException {
        Provider fast = Conscrypt.newProvider();
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", fast);
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        Signature signature = Signature.getInstance("SHA256withECDSA", fast);
        signature.initSign(pair.getPrivate());
        byte[] signed = signature.sign();
        signature.initVerify(pair.getPublic());
        if (!signature.verify(signed)) {
            throw new IllegalStateException("a good signature does not fit");
        }
    }
}
