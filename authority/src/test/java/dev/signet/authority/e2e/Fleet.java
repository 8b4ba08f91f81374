package dev.signet.authority.e2e;

import dev.signet.authority.store.OwnPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Several authorities over one PostgreSQL, each behind a wire of its own to it, and sidecars that reach whichever a
 * balancer chooses for them.
 */
final class Fleet implements AutoCloseable {
    private static final String MASTER = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);

    private final Processes processes;
    private final Path folder;
    private final Duration maximumStaleness;
    private final OwnPostgres postgres;
    private final List<Integer> ports = new ArrayList<>();
    private final List<Wire> wires = new ArrayList<>();
    private final Running[] authorities;
    private final List<Running> sidecars = new ArrayList<>();
    private final List<Verifier> verifiers = new ArrayList<>();

    /** Starts the database, and so many authorities. */
    Fleet(Processes processes, Path folder, int size, Duration maximumStaleness) throws IOException {
        this.processes = processes;
        this.folder = folder;
        this.maximumStaleness = maximumStaleness;
        this.postgres = new OwnPostgres(folder.resolve("postgres"));
        this.authorities = new Running[size];
        for (int number = 0; number < size; number++) {
            ports.add(Processes.freePort());
            wires.add(new Wire(postgres.port()));
        }
        // The first makes the tables and the operator's token, which is all that the others would wait for.
        launch(0);
        awaitServing(0);
        for (int number = 1; number < size; number++) {
            launch(number);
        }
        for (int number = 1; number < size; number++) {
            awaitServing(number);
        }
    }

    int size() {
        return authorities.length;
    }

    int[] ports() {
        return ports.stream().mapToInt(Integer::intValue).toArray();
    }

    OwnPostgres postgres() {
        return postgres;
    }

    /** Between an authority and the database. */
    Wire wire(int number) {
        return wires.get(number);
    }

    Running authority(int number) {
        return authorities[number];
    }

    List<Verifier> verifiers() {
        return verifiers;
    }

    void launch(int number) {
        authorities[number] = processes.start(
                Map.of("SIGNET_MASTER_KEY", MASTER),
                "serve",
                "--data",
                data(number).toString(),
                "--listen",
                "127.0.0.1:" + ports.get(number),
                "--database-url",
                OwnPostgres.url(wires.get(number).port()),
                "--database-user",
                OwnPostgres.user(),
                "--maximum-staleness",
                maximumStaleness.toSeconds() + "s",
                "--exit-with-parent");
    }

    void awaitServing(int number) {
        try (Verifier health = Verifier.at(ports.get(number))) {
            Cluster.awaitServing(authorities[number], health);
        }
    }

    /** Starts sidecars that watch everything, by way of the balancer. */
    void startSidecars(int count, int balancer) {
        for (int number = 0; number < count; number++) {
            int port = Processes.freePort();
            sidecars.add(processes.start(
                    Map.of("ASTRO_API_TOKEN", platformToken()),
                    "sidecar",
                    "--authority",
                    "127.0.0.1:" + balancer,
                    "--listen",
                    "127.0.0.1:" + port,
                    "--all-organizations",
                    "--exit-with-parent"));
            verifiers.add(Verifier.at(port));
        }
        for (int number = 0; number < count; number++) {
            Cluster.awaitServing(sidecars.get(number), verifiers.get(number));
        }
    }

    String platformToken() {
        try {
            return Files.readString(data(0).resolve("platform-token")).strip();
        } catch (IOException e) {
            throw new AssertionError("no platform token", e);
        }
    }

    private Path data(int number) {
        return folder.resolve("authority-" + number);
    }

    @Override
    public void close() throws IOException {
        verifiers.forEach(Verifier::close);
        sidecars.forEach(Running::kill);
        Arrays.stream(authorities).forEach(Running::kill);
        for (Wire wire : wires) {
            wire.close();
        }
        postgres.close();
    }
}
