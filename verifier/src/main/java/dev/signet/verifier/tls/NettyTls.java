package dev.signet.verifier.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSessionContext;
import org.jspecify.annotations.Nullable;

/** A {@link TlsContext} for Netty and gRPC: each connection goes by the files as they are when it is made. Thread-safe. */
public final class NettyTls extends SslContext {
    private static final String[] PROTOCOLS = {TlsContext.PROTOCOL};
    private static final List<String> CIPHERS =
            List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");
    private static final ApplicationProtocolConfig H2 = alpn("h2");
    private static final ApplicationProtocolConfig HTTP_1 = alpn("http/1.1");

    private final TlsContext tls;
    private final boolean client;
    private final ApplicationProtocolConfig alpn;
    private final ClientAuth clientAuth;
    private volatile @Nullable Made made;

    /** What Netty needs, and what it was made from. */
    private record Made(SSLContext from, JdkSslContext context) {}

    private NettyTls(TlsContext tls, boolean client, ApplicationProtocolConfig alpn, ClientAuth clientAuth) {
        this.tls = tls;
        this.client = client;
        this.alpn = alpn;
        this.clientAuth = clientAuth;
    }

    private static ApplicationProtocolConfig alpn(String protocol) {
        return new ApplicationProtocolConfig(
                Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                List.of(protocol));
    }

    /** For a gRPC port. Where authorities of clients are configured, clients may show certificates, and need not. */
    public static SslContext ofGrpcServer(TlsContext tls) {
        return new NettyTls(tls, false, H2, tls.asksClients() ? ClientAuth.OPTIONAL : ClientAuth.NONE);
    }

    /** For an HTTP/1.1 port, to which nobody shows certificates. */
    public static SslContext ofHttpServer(TlsContext tls) {
        return new NettyTls(tls, false, HTTP_1, ClientAuth.NONE);
    }

    /** For a channel. The server must be the one that the address names. */
    public static SslContext ofGrpcClient(TlsContext tls) {
        return new NettyTls(tls, true, H2, ClientAuth.NONE);
    }

    private JdkSslContext current() {
        SSLContext now = tls.current();
        Made last = made;
        if (last == null || last.from() != now) {
            last = new Made(
                    now,
                    new JdkSslContext(
                            now,
                            client,
                            CIPHERS,
                            IdentityCipherSuiteFilter.INSTANCE,
                            alpn,
                            clientAuth,
                            PROTOCOLS,
                            false));
            made = last;
        }
        return last.context();
    }

    @Override
    public boolean isClient() {
        return client;
    }

    @Override
    public List<String> cipherSuites() {
        return current().cipherSuites();
    }

    @Override
    @SuppressWarnings("deprecation") // its user is Netty itself
    public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
        return current().applicationProtocolNegotiator();
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator) {
        return checked(current().newEngine(allocator));
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator, String host, int port) {
        return checked(current().newEngine(allocator, host, port));
    }

    private SSLEngine checked(SSLEngine engine) {
        if (client) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            engine.setSSLParameters(parameters);
        }
        return engine;
    }

    @Override
    public SSLSessionContext sessionContext() {
        return current().sessionContext();
    }
}
