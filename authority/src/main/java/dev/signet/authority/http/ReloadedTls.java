package dev.signet.authority.http;

import dev.signet.verifier.tls.TlsContext;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** TLS for Jetty: each connection goes by the files as they are when it is made. */
final class ReloadedTls extends SslContextFactory.Server {
    private final TlsContext tls;

    ReloadedTls(TlsContext tls) {
        this.tls = tls;
        setSslContext(tls.current());
        setIncludeProtocols(TlsContext.PROTOCOL);
    }

    @Override
    public SSLContext getSslContext() {
        return tls.current();
    }
}
