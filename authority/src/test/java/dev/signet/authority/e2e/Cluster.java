package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An authority and a sidecar, on ports that they keep, so that either can be killed and started again. */
final class Cluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final Processes processes;
    private final Path folder;
    private final Map<String, String> authorityEnvironment;
    private final List<String> authorityFlags;
    private final int authorityPort = Processes.freePort();
    private final int sidecarPort = Processes.freePort();
    private final Verifier verifier = Verifier.at(sidecarPort);
    private Running authority;
    private Running sidecar;

    /** @param authorityFlags more flags of {@code signet serve} */
    Cluster(Processes processes, Path folder, String... authorityFlags) {
        this(processes, folder, Map.of(), authorityFlags);
    }

    /** @param authorityEnvironment what {@code signet serve} finds in its environment */
    Cluster(Processes processes, Path folder, Map<String, String> authorityEnvironment, String... authorityFlags) {
        this.processes = processes;
        this.folder = folder;
        this.authorityEnvironment = Map.copyOf(authorityEnvironment);
        this.authorityFlags = List.of(authorityFlags);
    }

    /** @param more flags, for this start only */
    Running startAuthority(String... more) {
        launchAuthority(more);
        try (Verifier health = Verifier.at(authorityPort)) {
            awaitServing(authority, health);
        }
        return authority;
    }

    /** Starts it without waiting until it serves. */
    Running launchAuthority(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "serve",
                "--data",
                folder.resolve("data").toString(),
                "--listen",
                "127.0.0.1:" + authorityPort,
                "--exit-with-parent"));
        arguments.addAll(authorityFlags);
        arguments.addAll(List.of(more));
        authority = processes.start(authorityEnvironment, arguments.toArray(String[]::new));
        return authority;
    }

    /** Starts a sidecar that watches everything; it does not serve before it heard from an authority. */
    Running startSidecar() {
        return startSidecar(authorityPort);
    }

    /** @param port where the sidecar is to think that the authority is */
    Running startSidecar(int port, String... flags) {
        List<String> arguments = new ArrayList<>(List.of(
                "sidecar",
                "--authority",
                "127.0.0.1:" + port,
                "--listen",
                "127.0.0.1:" + sidecarPort,
                "--socket",
                socket().toString(),
                "--all-organizations",
                "--exit-with-parent"));
        arguments.addAll(List.of(flags));
        sidecar = processes.start(Map.of("ASTRO_API_TOKEN", platformToken()), arguments.toArray(String[]::new));
        return sidecar;
    }

    void awaitSidecar() {
        awaitServing(sidecar, verifier);
    }

    Running authority() {
        return authority;
    }

    Running sidecar() {
        return sidecar;
    }

    int authorityPort() {
        return authorityPort;
    }

    int sidecarPort() {
        return sidecarPort;
    }

    Path socket() {
        return folder.resolve("verifier.sock");
    }

    Verifier verifier() {
        return verifier;
    }

    /** The sidecar's answer about a token. */
    String verdict(String token) {
        return verifier.verdict(token);
    }

    Client client(String credential) {
        return new Client(authorityPort, credential);
    }

    String platformToken() {
        try {
            return Files.readString(folder.resolve("data").resolve("platform-token"))
                    .strip();
        } catch (IOException e) {
            throw new AssertionError("no platform token", e);
        }
    }

    /** An organization with a workspace and a deployment, and a token of its owner. */
    record Tenant(String organization, String workspace, String deployment, String owner) {
        /** Nothing of the token. */
        @Override
        public String toString() {
            return organization;
        }
    }

    Tenant newTenant(String displayName) {
        String organization;
        String owner;
        try (Client platform = client(platformToken())) {
            organization = platform.createOrganization(displayName);
            owner = platform.createToken(organization, "ORGANIZATION_OWNER", "owner")
                    .getValue();
        }
        try (Client client = client(owner)) {
            Running asked = authority;
            asked.questions().add(() -> LastLook.keepAuditLog(asked.log(), authorityPort, owner, organization));
            String workspace = client.createWorkspace(organization, "workspace");
            return new Tenant(organization, workspace, client.createDeployment(workspace, "deployment"), owner);
        }
    }

    @Override
    public void close() {
        verifier.close();
    }

    /** Returns once what was started says that it serves. */
    static void awaitServing(Running running, Verifier health) {
        Await.until(
                running.name() + " serves",
                PATIENCE,
                () -> {
                    assertTrue(running.isAlive(), () -> running.name() + " ended: " + running.text());
                    return health.isServing();
                },
                running::text);
        SecretWatch.searchCommandLines();
    }
}
