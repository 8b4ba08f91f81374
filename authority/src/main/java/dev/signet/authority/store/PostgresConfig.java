package dev.signet.authority.store;

import dev.signet.verifier.InvalidConfiguration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server that keeps the ledger, for one authority or many.
 *
 * @param user who connects
 * @param passwordFile the file with that user's password, readable by its owner alone; null where none is asked for. It
 *     is read for every connection, so the password may change
 * @param tls how the server proves who it is
 * @param rootCertificate the file with the certificate, in PEM, that the server's must descend from; null for those that
 *     Java trusts
 * @param poolSize how many connections are open at most: half of them for writes, some of which are
 *     kept for what ends something, a quarter each for reads and exchanges
 * @param connectTimeout how long anybody waits for a connection
 * @param lockTimeout how long a write waits for what another is changing
 * @param statementTimeout how long one statement may take
 * @param failover whether a standby may take the server's place: then commits wait for it, and so does whatever verifiers
 *     rely on
 */
public record PostgresConfig(
        PostgresUrl url,
        String user,
        @Nullable Path passwordFile,
        Tls tls,
        @Nullable Path rootCertificate,
        int poolSize,
        Duration connectTimeout,
        Duration lockTimeout,
        Duration statementTimeout,
        boolean failover) {

    public static final String DEFAULT_USER = "signet";
    public static final int DEFAULT_POOL_SIZE = 24;
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);
    public static final Duration DEFAULT_LOCK_TIMEOUT = Duration.ofSeconds(5);
    public static final Duration DEFAULT_STATEMENT_TIMEOUT = Duration.ofSeconds(30);

    private static final int SMALLEST_POOL = 4;
    private static final int LARGEST_POOL = 1_000;

    public PostgresConfig {
        if (user.isBlank()) {
            throw new InvalidConfiguration("database-user", "must not be blank");
        }
        if (tls == Tls.DISABLE && !url.isLoopback()) {
            throw new InvalidConfiguration(
                    "database-tls", "must be verify-full or verify-ca, as the database is not on this machine");
        }
        if (poolSize < SMALLEST_POOL || poolSize > LARGEST_POOL) {
            throw new InvalidConfiguration("database-pool-size", "must be from 4 to 1000, got " + poolSize);
        }
        requireBetween("database-connect-timeout", connectTimeout, Duration.ofSeconds(1), Duration.ofMinutes(1));
        requireBetween("database-lock-timeout", lockTimeout, Duration.ofMillis(100), Duration.ofMinutes(1));
        requireBetween("database-statement-timeout", statementTimeout, lockTimeout, Duration.ofMinutes(10));
    }

    /** How the server proves who it is. */
    enum Tls {
        /** It holds a certificate for its name. */
        VERIFY_FULL("verify-full"),
        /** It holds a certificate that descends from the right one, whatever name it is for. */
        VERIFY_CA("verify-ca"),
        /** It does not, and nothing is encrypted. */
        DISABLE("disable");

        private final String mode;

        Tls(String mode) {
            this.mode = mode;
        }

        /** As PostgreSQL calls it. */
        String mode() {
            return mode;
        }

        private static Tls of(@Nullable String mode, PostgresUrl url) {
            if (mode == null) {
                return url.isLoopback() ? DISABLE : VERIFY_FULL;
            }
            return Arrays.stream(values())
                    .filter(tls -> tls.mode.equals(mode))
                    .findFirst()
                    .orElseThrow(() -> new InvalidConfiguration(
                            "database-tls",
                            "must be verify-full, verify-ca or, on loopback, disable; with any other mode nobody knows "
                                    + "who answers; got " + mode));
        }
    }

    /**
     * Reads a configuration.
     *
     * @param url {@code postgresql://HOST[:PORT][,HOST[:PORT]…]/NAME}
     * @param tls {@code verify-full}, {@code verify-ca} or {@code disable}; null for the first, or on loopback the last
     */
    public static PostgresConfig of(
            String url,
            String user,
            @Nullable Path passwordFile,
            @Nullable String tls,
            @Nullable Path rootCertificate,
            int poolSize,
            Duration connectTimeout,
            Duration lockTimeout,
            Duration statementTimeout) {
        PostgresUrl database = PostgresUrl.parse(url);
        return new PostgresConfig(
                database,
                user,
                passwordFile,
                Tls.of(tls, database),
                rootCertificate,
                poolSize,
                connectTimeout,
                lockTimeout,
                statementTimeout,
                false);
    }

    /** The same where a standby may take the server's place. */
    public PostgresConfig withFailover(boolean failover) {
        return new PostgresConfig(
                url,
                user,
                passwordFile,
                tls,
                rootCertificate,
                poolSize,
                connectTimeout,
                lockTimeout,
                statementTimeout,
                failover);
    }

    /** With the defaults. */
    static PostgresConfig of(String url, String user) {
        return of(
                url,
                user,
                null,
                null,
                null,
                DEFAULT_POOL_SIZE,
                DEFAULT_CONNECT_TIMEOUT,
                DEFAULT_LOCK_TIMEOUT,
                DEFAULT_STATEMENT_TIMEOUT);
    }

    private static void requireBetween(String key, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new InvalidConfiguration(
                    key,
                    "must be from %d to %d ms, got %d".formatted(least.toMillis(), most.toMillis(), value.toMillis()));
        }
    }
}
