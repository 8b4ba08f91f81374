/**
 * TLS 1.3 from files: {@link dev.signet.verifier.tls.TlsContext} reads certificates, keys and trusted authorities and
 * reads them again when they change; {@link dev.signet.verifier.tls.NettyTls} gives them to gRPC. Nothing in here is
 * loaded by a process that speaks plaintext.
 */
@NullMarked
package dev.signet.verifier.tls;

import org.jspecify.annotations.NullMarked;
