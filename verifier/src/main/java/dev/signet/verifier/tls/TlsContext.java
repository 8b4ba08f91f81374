package dev.signet.verifier.tls;

import dev.signet.verifier.InvalidConfiguration;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What one side of TLS shows and whom it believes, from files that are read again when they change: each connection that
 * is made from then on goes by the new ones. Where they cannot be used, which is logged, the old ones go on. Thread-safe.
 */
public final class TlsContext {
    private static final System.Logger LOG = System.getLogger(TlsContext.class.getName());
    /** The only version that is spoken. */
    public static final String PROTOCOL = "TLSv1.3";

    static final int CHECK_SECONDS = 5;
    /** A session that is resumed is not looked at again, so it must not outlive what it was made with for long. */
    private static final int SESSION_SECONDS = 300;

    /** A file with the key of the configuration that names it. */
    private record Named(String configKey, Path file) {
        PemFile read() {
            return PemFile.read(configKey, file);
        }
    }

    private final @Nullable Named certificate;
    private final @Nullable Named key;
    private final @Nullable Named authorities;
    private final InstantSource clock;
    private final AtomicReference<Loaded> loaded;
    /** What was said of files that could not be used, so that it is said once. */
    private String complaint = "";

    /** The files as they were read at one time. */
    private record Files(
            @Nullable PemFile certificate,
            @Nullable PemFile key,
            @Nullable PemFile authorities,
            String digest) {}

    /** @param identity null where nothing is shown, {@code trust} null where nobody is asked */
    private record Loaded(
            String digest,
            SSLContext context,
            @Nullable OwnIdentity identity,
            @Nullable X509TrustManager trust) {}

    private TlsContext(
            @Nullable Named certificate, @Nullable Named key, @Nullable Named authorities, InstantSource clock) {
        this.certificate = certificate;
        this.key = key;
        this.authorities = authorities;
        this.clock = clock;
        this.loaded = new AtomicReference<>(load(read()));
    }

    /**
     * Reads what a server shows.
     *
     * @throws InvalidConfiguration where it cannot be used
     */
    public static TlsContext of(ServerTls files, InstantSource clock) {
        return new TlsContext(
                new Named(ServerTls.CERTIFICATE, files.certificate()),
                new Named(ServerTls.KEY, files.key()),
                named(ServerTls.CLIENT_AUTHORITIES, files.clientAuthorities()),
                clock);
    }

    /**
     * Reads what a client believes and shows.
     *
     * @throws InvalidConfiguration where it cannot be used
     */
    public static TlsContext of(ClientTls files, InstantSource clock) {
        return new TlsContext(
                named(ClientTls.CERTIFICATE, files.certificate()),
                named(ClientTls.KEY, files.key()),
                named(ClientTls.AUTHORITIES, files.authorities()),
                clock);
    }

    private static @Nullable Named named(String configKey, @Nullable Path file) {
        return file == null ? null : new Named(configKey, file);
    }

    /** As it is now; another object once files have changed. */
    public SSLContext current() {
        return now().context();
    }

    /** Until when the certificate that is shown can be; null where none is. */
    public @Nullable Instant expiry() {
        OwnIdentity identity = now().identity();
        return identity == null ? null : identity.expiry();
    }

    /** Whether clients may show certificates. */
    boolean asksClients() {
        return authorities != null;
    }

    /**
     * Sees whether a client that was believed when it connected still is: its certificate may have ended since, or whom
     * to believe changed.
     *
     * @throws CertificateException where it is not
     */
    public void requireTrustedClient(X509Certificate[] chain) throws CertificateException {
        X509TrustManager trust = now().trust();
        if (trust == null) {
            throw new CertificateException("no client is believed");
        }
        requireUnexpired(chain);
        trust.checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
    }

    /**
     * The part of it that costs nothing: the certificate itself has not expired.
     *
     * @throws CertificateException where it has
     */
    public void requireUnexpired(X509Certificate[] chain) throws CertificateException {
        chain[0].checkValidity(Date.from(clock.instant()));
    }

    /** Looks at the files every few seconds, until the thread ends. */
    public void follow(ScheduledExecutorService thread) {
        try {
            var unused = thread.schedule(
                    () -> {
                        checkAgain();
                        follow(thread);
                    },
                    CHECK_SECONDS,
                    TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            LOG.log(System.Logger.Level.DEBUG, "closed meanwhile", e);
        }
    }

    private void checkAgain() {
        try {
            Files fresh = read();
            Loaded last = now();
            if (fresh.digest().equals(last.digest())) {
                if (last.identity() != null) {
                    last.identity().requireValid(clock.instant());
                }
            } else {
                loaded.set(load(fresh));
                LOG.log(
                        System.Logger.Level.INFO,
                        "the files of TLS changed and are in use: {0}",
                        last.identity() == null ? ClientTls.AUTHORITIES : now().identity());
            }
            complaint = "";
        } catch (RuntimeException e) {
            String what = String.valueOf(e.getMessage());
            if (!what.equals(complaint)) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "the files of TLS cannot be used, so what was read before goes on being used: {0}",
                        what);
            }
            complaint = what;
        }
    }

    private Loaded now() {
        return Objects.requireNonNull(loaded.get());
    }

    private Files read() {
        PemFile certificateFile = certificate == null ? null : certificate.read();
        PemFile keyFile = key == null ? null : key.read();
        PemFile authoritiesFile = authorities == null ? null : authorities.read();
        return new Files(certificateFile, keyFile, authoritiesFile, digest(certificateFile, keyFile, authoritiesFile));
    }

    private Loaded load(Files files) {
        OwnIdentity identity = null;
        if (files.certificate() != null && files.key() != null) {
            files.key().requirePrivate();
            identity = OwnIdentity.of(files.certificate(), files.key(), clock.instant());
        }
        try {
            X509TrustManager trust = files.authorities() == null
                    ? null
                    : Authorities.trusting(files.authorities().certificates());
            SSLContext context = SSLContext.getInstance(PROTOCOL);
            context.init(
                    identity == null ? null : new KeyManager[] {identity},
                    trust == null ? null : new TrustManager[] {trust},
                    null);
            context.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
            context.getClientSessionContext().setSessionTimeout(SESSION_SECONDS);
            return new Loaded(files.digest(), context, identity, trust);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("TLS 1.3 cannot be spoken here", e);
        }
    }

    private static String digest(@Nullable PemFile... files) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (PemFile file : files) {
                if (file != null) {
                    file.addTo(digest);
                }
                digest.update((byte) 0);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
