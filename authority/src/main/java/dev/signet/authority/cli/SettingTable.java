package dev.signet.authority.cli;

import static dev.signet.authority.cli.Setting.list;
import static dev.signet.authority.cli.Setting.secret;
import static dev.signet.authority.cli.Setting.text;
import static dev.signet.authority.cli.Setting.toggle;

import dev.signet.authority.cli.Setting.Shape;
import dev.signet.authority.feed.FeedConfig;
import dev.signet.authority.keys.KeysConfig;
import dev.signet.authority.store.PostgresConfig;
import dev.signet.verifier.sidecar.SidecarConfig;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.verify.VerifierConfig;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every key there is. Flags, environment variables, {@code config check} and {@code docs/configuration.md} all come
 * from here.
 */
final class SettingTable {
    static final Setting DATA =
            text("data", "--data", "SIGNET_DATA", "./signet-data", "DIR", "folder of the store; made at first start");
    static final Setting DATABASE_URL = new Setting(
            "database-url",
            "--database-url",
            "SIGNET_DATABASE_URL",
            null,
            Shape.URL,
            "URL",
            "PostgreSQL database that keeps the ledger, `postgresql://HOST[:PORT]/NAME`; the embedded one in the data "
                    + "folder if none is named");
    static final Setting DATABASE_USER = text(
            "database-user",
            "--database-user",
            "SIGNET_DATABASE_USER",
            PostgresConfig.DEFAULT_USER,
            "NAME",
            "who connects to it");
    static final Setting DATABASE_PASSWORD_FILE = text(
            "database-password-file",
            "--database-password-file",
            "SIGNET_DATABASE_PASSWORD_FILE",
            null,
            "FILE",
            "file with that user's password, readable by its owner alone; read for every connection");
    static final Setting DATABASE_TLS = text(
            "database-tls",
            "--database-tls",
            "SIGNET_DATABASE_TLS",
            null,
            "MODE",
            "`verify-full`, `verify-ca`, or for a server on loopback `disable`; the first if none is named, on loopback "
                    + "the last");
    static final Setting DATABASE_ROOT_CERTIFICATE = text(
            "database-root-certificate",
            "--database-root-certificate",
            "SIGNET_DATABASE_ROOT_CERTIFICATE",
            null,
            "FILE",
            "certificate, in PEM, that the server's must descend from; those that Java trusts if none is named");
    static final Setting DATABASE_POOL_SIZE = text(
            "database-pool-size",
            "--database-pool-size",
            "SIGNET_DATABASE_POOL_SIZE",
            String.valueOf(PostgresConfig.DEFAULT_POOL_SIZE),
            "COUNT",
            "connections at most, 4 to 1000: half for writes, some of them kept for what ends something, a quarter each "
                    + "for reads and exchanges");
    static final Setting DATABASE_CONNECT_TIMEOUT = text(
            "database-connect-timeout",
            "--database-connect-timeout",
            "SIGNET_DATABASE_CONNECT_TIMEOUT",
            DurationText.format(PostgresConfig.DEFAULT_CONNECT_TIMEOUT),
            "DURATION",
            "how long anybody waits for a connection, 1s to 1m");
    static final Setting DATABASE_LOCK_TIMEOUT = text(
            "database-lock-timeout",
            "--database-lock-timeout",
            "SIGNET_DATABASE_LOCK_TIMEOUT",
            DurationText.format(PostgresConfig.DEFAULT_LOCK_TIMEOUT),
            "DURATION",
            "how long a change waits for what another is changing, 100ms to 1m");
    static final Setting DATABASE_STATEMENT_TIMEOUT = text(
            "database-statement-timeout",
            "--database-statement-timeout",
            "SIGNET_DATABASE_STATEMENT_TIMEOUT",
            DurationText.format(PostgresConfig.DEFAULT_STATEMENT_TIMEOUT),
            "DURATION",
            "how long one statement may take, the lock timeout to 10m");
    static final Setting DATABASE_FAILOVER = toggle(
            "database-failover",
            "--database-failover",
            "SIGNET_DATABASE_FAILOVER",
            "false",
            "a standby may take the server's place: it must be synchronous, and verifiers are told nothing that it lacks");
    static final Setting LISTEN =
            text("listen", "--listen", "SIGNET_LISTEN", "127.0.0.1:8470", "HOST:PORT", "address of the gRPC port");
    static final Setting HTTP_LISTEN = text(
            "http-listen",
            "--http-listen",
            "SIGNET_HTTP_LISTEN",
            "127.0.0.1:8471",
            "HOST:PORT",
            "address of the HTTP port; `off` for none");
    static final Setting ISSUER = text(
            "issuer", "--issuer", "SIGNET_ISSUER", VerifierConfig.DEFAULT_ISSUER, "URL", "`iss` claim of the tokens");
    static final Setting AUDIENCE = list(
            "audience",
            "--audience",
            "SIGNET_AUDIENCE",
            VerifierConfig.DEFAULT_AUDIENCE,
            "NAME",
            "audiences that tokens can be made for, the default one first; repeatable");
    static final Setting MASTER_KEY_FILE = text(
            "master-key-file",
            "--master-key-file",
            "SIGNET_MASTER_KEY_FILE",
            null,
            "FILE",
            "file with the key that seals private keys; `master-key` in the data folder if none is named");
    static final Setting MASTER_KEY =
            secret("master-key", "SIGNET_MASTER_KEY", "that key itself, 256 bits in base64url, instead of a file");
    static final Setting PKCS11_LIBRARY = text(
            "pkcs11-library",
            "--pkcs11-library",
            "SIGNET_PKCS11_LIBRARY",
            null,
            "FILE",
            "PKCS#11 module of the HSM in which signing keys are made; sealed in the store if none is named");
    static final Setting PKCS11_TOKEN = text(
            "pkcs11-token",
            "--pkcs11-token",
            "SIGNET_PKCS11_TOKEN",
            null,
            "LABEL",
            "label of the token in that HSM; needed with it");
    static final Setting PKCS11_PIN_FILE = text(
            "pkcs11-pin-file",
            "--pkcs11-pin-file",
            "SIGNET_PKCS11_PIN_FILE",
            null,
            "FILE",
            "file with the PIN of that token's user, readable by its owner alone");
    static final Setting PKCS11_PIN = secret("pkcs11-pin", "SIGNET_PKCS11_PIN", "that PIN itself, instead of a file");
    static final Setting SIGNING_ALGORITHM = text(
            "signing-algorithm",
            "--signing-algorithm",
            "SIGNET_SIGNING_ALGORITHM",
            Algorithm.ES256.headerName(),
            "NAME",
            "of keys made from now on: ES256, EdDSA, RS256 or PS256; takes effect at the next rotation");
    static final Setting KEY_ROTATION_PERIOD = text(
            "key-rotation-period",
            "--key-rotation-period",
            "SIGNET_KEY_ROTATION_PERIOD",
            DurationText.format(KeysConfig.DEFAULT_ROTATION_PERIOD),
            "DURATION",
            "how long a key signs before the next one does, 1s to 3650d");
    static final Setting MAXIMUM_STALENESS = text(
            "maximum-staleness",
            "--maximum-staleness",
            "SIGNET_MAXIMUM_STALENESS",
            DurationText.format(FeedConfig.DEFAULT_MAXIMUM_STALENESS),
            "DURATION",
            "age of its trust state past which a verifier refuses everything, 1s to 24h");
    static final Setting AUDIENCE_STALENESS = list(
            "audience-staleness",
            "--audience-staleness",
            "SIGNET_AUDIENCE_STALENESS",
            null,
            "NAME=DURATION",
            "a larger such age for tokens of one audience, up to 24h, as `batch=5m`; repeatable");
    static final Setting REFLECTION = toggle(
            "reflection",
            "--reflection",
            "SIGNET_REFLECTION",
            null,
            "server reflection; if not said, where `listen` is on loopback. `--no-reflection` ends it");

    static final Setting AUTHORITY = text(
            "authority", "--authority", "SIGNET_ADDRESS", "127.0.0.1:8470", "ADDRESS", "the authority's gRPC port");
    static final Setting CREDENTIAL =
            secret("credential", "ASTRO_API_TOKEN", "token with which the authority's feed is watched");
    static final Setting FEED_KEY = text(
            "feed-key",
            "--feed-key",
            "SIGNET_FEED_KEY",
            null,
            "KID",
            "id of the key that the authority signs its feed with; the first one seen if none is named");
    static final Setting SIDECAR_LISTEN = text(
            "listen", "--listen", "SIGNET_SIDECAR_LISTEN", "127.0.0.1:8480", "HOST:PORT", "address of the gRPC port");
    static final Setting SOCKET =
            text("socket", "--socket", "SIGNET_SIDECAR_SOCKET", null, "FILE", "unix socket to answer on as well");
    static final Setting SIDECAR_HTTP_LISTEN = text(
            "http-listen",
            "--http-listen",
            "SIGNET_SIDECAR_HTTP_LISTEN",
            "127.0.0.1:8481",
            "HOST:PORT",
            "address of the HTTP port, for gateways");
    static final Setting HTTP_SOCKET = text(
            "http-socket",
            "--http-socket",
            "SIGNET_SIDECAR_HTTP_SOCKET",
            null,
            "FILE",
            "unix socket to answer over HTTP on as well");
    static final Setting SIDECAR_DATA = text(
            "data",
            "--data",
            "SIGNET_SIDECAR_DATA",
            null,
            "DIR",
            "folder of what is kept from run to run, as the feed key; kept in memory if none is named");
    static final Setting ORGANIZATIONS = list(
            "organization-id",
            "--organization-id",
            "SIGNET_SIDECAR_ORGANIZATIONS",
            null,
            "ID",
            "organizations to watch besides the credential's own; repeatable");
    static final Setting ALL_ORGANIZATIONS = toggle(
            "all-organizations",
            "--all-organizations",
            "SIGNET_SIDECAR_ALL_ORGANIZATIONS",
            "false",
            "watch every organization; needs a platform token");
    static final Setting ACCEPTED_ISSUER = text(
            "issuer",
            "--issuer",
            "SIGNET_ISSUER",
            VerifierConfig.DEFAULT_ISSUER,
            "URL",
            "`iss` that tokens must carry");
    static final Setting ACCEPTED_AUDIENCES = list(
            "audience",
            "--audience",
            "SIGNET_AUDIENCE",
            VerifierConfig.DEFAULT_AUDIENCE,
            "NAME",
            "audiences that are accepted; repeatable");
    static final Setting CLOCK_SKEW = text(
            "clock-skew",
            "--clock-skew",
            "SIGNET_SIDECAR_CLOCK_SKEW",
            DurationText.format(VerifierConfig.MAXIMUM_SKEW),
            "DURATION",
            "how far clocks may differ, 0s to 30s");
    static final Setting STRICTER_STALENESS = text(
            "maximum-staleness",
            "--maximum-staleness",
            "SIGNET_SIDECAR_MAXIMUM_STALENESS",
            null,
            "DURATION",
            "a stricter bound than the authority's on the age of the trust state");
    static final Setting CACHED_TOKENS = text(
            "cached-tokens",
            "--cached-tokens",
            "SIGNET_SIDECAR_CACHED_TOKENS",
            String.valueOf(SidecarConfig.DEFAULT_CACHED_TOKENS),
            "COUNT",
            "how many verified tokens are remembered; more want a larger heap");

    static final Setting ENV_FILE = text(
            "env-file",
            "--env-file",
            null,
            null,
            "FILE",
            "where to write the environment; `dev.env` in the data folder");
    static final Setting DEV_SIDECAR_LISTEN = text(
            "sidecar-listen",
            "--sidecar-listen",
            "SIGNET_SIDECAR_LISTEN",
            "127.0.0.1:8480",
            "HOST:PORT",
            "address of the sidecar's gRPC port; loopback");
    static final Setting DEV_SIDECAR_HTTP_LISTEN = text(
            "sidecar-http-listen",
            "--sidecar-http-listen",
            "SIGNET_SIDECAR_HTTP_LISTEN",
            "127.0.0.1:8481",
            "HOST:PORT",
            "address of the sidecar's HTTP port; loopback");

    static final Setting ADDRESS =
            text("address", null, "SIGNET_ADDRESS", "127.0.0.1:8470", "", "the authority's gRPC port");
    static final Setting VERIFIER = text("verifier", null, "SIGNET_VERIFIER", "127.0.0.1:8480", "", "the sidecar");
    static final Setting API_TOKEN =
            secret("api-token", "ASTRO_API_TOKEN", "any token, the credential of every verb that needs one");
    static final Setting KEY_ID =
            text("key-id", null, "ASTRONOMER_KEY_ID", null, "", "bare id of an API key, where no token is given");
    static final Setting KEY_SECRET =
            secret("key-secret", "ASTRONOMER_KEY_SECRET", "that key's secret, exchanged for an access token");
    static final Setting HOME =
            text("home", null, "SIGNET_HOME", null, "", "folder of the stored login; `~/.signet` if none is named");
    static final Setting ORGANIZATION = text(
            "organization-id",
            "--organization-id",
            "SIGNET_ORGANIZATION",
            null,
            "ID",
            "organization; else that of the credential");
    static final Setting WORKSPACE =
            text("workspace-id", "--workspace-id", "SIGNET_WORKSPACE", null, "ID", "workspace");
    static final Setting DEPLOYMENT =
            text("deployment-id", "--deployment-id", "SIGNET_DEPLOYMENT", null, "ID", "deployment");

    private static final List<Setting> SERVE_BUT_LIMITS = List.of(
            DATA,
            DATABASE_URL,
            DATABASE_USER,
            DATABASE_PASSWORD_FILE,
            DATABASE_TLS,
            DATABASE_ROOT_CERTIFICATE,
            DATABASE_POOL_SIZE,
            DATABASE_CONNECT_TIMEOUT,
            DATABASE_LOCK_TIMEOUT,
            DATABASE_STATEMENT_TIMEOUT,
            DATABASE_FAILOVER,
            LISTEN,
            HTTP_LISTEN,
            ISSUER,
            AUDIENCE,
            MASTER_KEY_FILE,
            MASTER_KEY,
            PKCS11_LIBRARY,
            PKCS11_TOKEN,
            PKCS11_PIN_FILE,
            PKCS11_PIN,
            SIGNING_ALGORITHM,
            KEY_ROTATION_PERIOD,
            MAXIMUM_STALENESS,
            AUDIENCE_STALENESS,
            REFLECTION,
            TlsSettings.CERTIFICATE,
            TlsSettings.KEY,
            TlsSettings.CLIENT_CA,
            TlsSettings.VERIFIERS,
            TlsSettings.PLAINTEXT,
            TlsSettings.OPEN_METRICS);
    static final List<Setting> SERVE =
            Stream.of(SERVE_BUT_LIMITS, LimitSettings.ALL).flatMap(List::stream).toList();
    /** Which database it is; without these there is none, whatever else is said about it. */
    static final List<Setting> WHICH_DATABASE =
            List.of(DATABASE_URL, DATABASE_PASSWORD_FILE, DATABASE_TLS, DATABASE_ROOT_CERTIFICATE);

    static final List<Setting> SIDECAR = List.of(
            AUTHORITY,
            CREDENTIAL,
            FEED_KEY,
            SIDECAR_LISTEN,
            SOCKET,
            SIDECAR_HTTP_LISTEN,
            HTTP_SOCKET,
            SIDECAR_DATA,
            ORGANIZATIONS,
            ALL_ORGANIZATIONS,
            ACCEPTED_ISSUER,
            ACCEPTED_AUDIENCES,
            CLOCK_SKEW,
            STRICTER_STALENESS,
            CACHED_TOKENS,
            TlsSettings.CA_CERTIFICATE,
            TlsSettings.CLIENT_CERTIFICATE,
            TlsSettings.CLIENT_KEY,
            TlsSettings.SIDECAR_CERTIFICATE,
            TlsSettings.SIDECAR_KEY,
            TlsSettings.SIDECAR_PLAINTEXT,
            TlsSettings.SIDECAR_OPEN_METRICS);
    static final List<Setting> DEV = List.of(
            DATA, ENV_FILE, LISTEN, HTTP_LISTEN, DEV_SIDECAR_LISTEN, DEV_SIDECAR_HTTP_LISTEN, MAXIMUM_STALENESS);
    static final List<Setting> CLIENT = List.of(
            ADDRESS,
            VERIFIER,
            API_TOKEN,
            KEY_ID,
            KEY_SECRET,
            HOME,
            ORGANIZATION,
            WORKSPACE,
            DEPLOYMENT,
            TlsSettings.CA_CERTIFICATE_OF_VERBS,
            TlsSettings.CLIENT_CERTIFICATE_OF_VERBS,
            TlsSettings.CLIENT_KEY_OF_VERBS);

    private SettingTable() {}
}
