package dev.signet.verifier.sidecar;

import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.tls.NettyTls;
import dev.signet.verifier.tls.ServerTls;
import dev.signet.verifier.tls.TlsContext;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.SslContext;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * TLS where a sidecar speaks it; nothing of it is loaded where not.
 *
 * @param shown to those who connect; null for plaintext
 * @param believed of the authority; null for plaintext
 */
record SidecarTls(@Nullable TlsContext shown, @Nullable TlsContext believed) {
    private static final int HANDSHAKE_SECONDS = 10;

    /** @throws InvalidConfiguration where a file cannot be used */
    static SidecarTls of(SidecarConfig config) {
        ServerTls files = config.exposure().tls();
        return new SidecarTls(
                files == null ? null : TlsContext.of(files, InstantSource.system()),
                config.authority().tls() ? TlsContext.of(config.authorityTls(), InstantSource.system()) : null);
    }

    /** Reads files again when they change. */
    void follow(ScheduledExecutorService thread) {
        if (shown != null) {
            shown.follow(thread);
        }
        if (believed != null) {
            believed.follow(thread);
        }
    }

    NettyServerBuilder secure(NettyServerBuilder port) {
        return shown == null
                ? port
                : port.sslContext(NettyTls.ofGrpcServer(shown)).handshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS);
    }

    NettyChannelBuilder secure(NettyChannelBuilder channel) {
        return believed == null ? channel.usePlaintext() : channel.sslContext(NettyTls.ofGrpcClient(believed));
    }

    /** For the HTTP port. */
    @Nullable
    SslContext http() {
        return shown == null ? null : NettyTls.ofHttpServer(shown);
    }
}
