package dev.signet.authority.e2e;

import dev.signet.authority.e2e.history.History;
import dev.signet.authority.e2e.history.Operation;
import dev.signet.authority.e2e.history.Verification;
import dev.signet.v1.CreateTokenResponse;
import dev.signet.v1.Token;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Clients and verifiers of three authorities, by way of a balancer, while one thing after the other fails; recorded. */
final class UnderFaults {
    static final Duration MAXIMUM_STALENESS = Duration.ofSeconds(5);

    private static final int AUTHORITIES = 3;
    private static final int SIDECARS = 2;
    private static final int CLIENTS = 6;
    private static final int BETWEEN_FAULTS = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration ASKED_ABOUT = MAXIMUM_STALENESS.multipliedBy(3);

    private final Random random;
    private final Queue<Operation> operations = new ConcurrentLinkedQueue<>();
    private final Queue<Verification> verifications = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final Questions questions = new Questions(ASKED_ABOUT, verifications::add);
    private final List<RecordingClient> clients = new ArrayList<>();

    /** @param seed of what the clients do, and whom faults strike */
    UnderFaults(long seed) {
        this.random = new Random(seed);
    }

    /** Has faults happen one after the other, and returns what was recorded. */
    History run(Processes processes, Path folder, Balancer.Starter starter, List<Fault> faults) throws Exception {
        try (Fleet fleet = new Fleet(processes, folder, AUTHORITIES, MAXIMUM_STALENESS);
                Balancer balancer = starter.start(fleet.ports())) {
            fleet.startSidecars(SIDECARS, balancer.port());
            String organization;
            String owner;
            try (Client platform = new Client(balancer.port(), fleet.platformToken())) {
                organization = platform.createOrganization("Under faults");
                owner = platform.createToken(organization, "ORGANIZATION_OWNER", "owner")
                        .getValue();
            }
            for (int number = 0; number < CLIENTS; number++) {
                clients.add(new RecordingClient(
                        "client" + number,
                        balancer.port(),
                        organization,
                        owner,
                        random.nextLong(),
                        this::record,
                        questions::add));
            }
            try (Client client = new Client(balancer.port(), owner)) {
                load(fleet, faults);
                return conclude(fleet, client, organization, owner);
            } finally {
                clients.forEach(RecordingClient::close);
            }
        }
    }

    private void record(Operation operation) {
        operations.add(operation);
        answered.incrementAndGet();
    }

    private void load(Fleet fleet, List<Fault> faults) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS + SIDECARS);
        try {
            List<Future<?>> working = new ArrayList<>();
            clients.forEach(client -> working.add(threads.submit(client)));
            List<Future<?>> asking = new ArrayList<>();
            for (int number = 0; number < SIDECARS; number++) {
                Verifier verifier = fleet.verifiers().get(number);
                String name = name(number);
                long seed = random.nextLong();
                asking.add(threads.submit(() -> questions.askOnAndOn(verifier, name, seed)));
            }
            awaitProgress();
            for (Fault fault : faults) {
                strike(fleet, fault);
            }
            clients.forEach(RecordingClient::finish);
            awaitEnd(working);
            // Until whatever was ended last is certain to be refused.
            Instant certain = Instant.now().plus(MAXIMUM_STALENESS).plusMillis(100);
            Await.until("certain", PATIENCE, () -> Instant.now().isAfter(certain));
            questions.finish();
            awaitEnd(asking);
        } finally {
            clients.forEach(RecordingClient::finish);
            questions.finish();
            threads.shutdownNow();
        }
    }

    private void strike(Fleet fleet, Fault fault) throws IOException, InterruptedException {
        Instant begin = Instant.now();
        int before = answered.get();
        fault.happen(fleet, random);
        int meanwhile = answered.get() - before;
        Instant over = Instant.now();
        awaitProgress();
        System.out.printf(
                "%s: %d ms, %d operations answered meanwhile; %d more after another %d ms%n",
                fault,
                Duration.between(begin, over).toMillis(),
                meanwhile,
                BETWEEN_FAULTS,
                Duration.between(over, Instant.now()).toMillis());
    }

    /** Nothing is broken for good: clients get on. */
    private void awaitProgress() {
        int goal = answered.get() + BETWEEN_FAULTS;
        Await.until("clients are answered", PATIENCE, () -> answered.get() >= goal);
    }

    private static void awaitEnd(List<Future<?>> threads) throws ExecutionException, InterruptedException {
        for (Future<?> each : threads) {
            each.get();
        }
    }

    private static String name(int sidecar) {
        return "sidecar-" + sidecar;
    }

    /** Asks once more, when all is quiet, about all that is good and some that is not, and reads what is left. */
    private History conclude(Fleet fleet, Client client, String organization, String owner) {
        CreateTokenResponse last = client.createToken(organization, "ORGANIZATION_MEMBER", "last");
        client.deleteToken(last.getToken().getName());
        fleet.verifiers()
                .forEach(verifier -> Await.until(
                        "verifiers have caught up",
                        PATIENCE,
                        () -> verifier.verdict(last.getValue()).equals("REVOKED")));
        Instant settled = Instant.now();
        for (int number = 0; number < SIDECARS; number++) {
            Verifier verifier = fleet.verifiers().get(number);
            String name = name(number);
            clients.forEach(each -> each.live().forEach(value -> questions.ask(verifier, name, value)));
        }
        Set<String> others = Set.of(
                last.getToken().getName(), client.whoAmI(owner).getPrincipal().getName());
        return new History(
                List.copyOf(operations),
                List.copyOf(verifications),
                settled,
                client.auditLog(organization).stream()
                        .filter(event -> event.getOutcome().equals("OK") && !others.contains(event.getResource()))
                        .filter(event -> event.getAction().startsWith("token."))
                        .map(event -> new History.Done(event.getAction(), event.getResource()))
                        .toList(),
                client.listTokens(organization).stream()
                        .map(Token::getName)
                        .filter(name -> !others.contains(name))
                        .collect(Collectors.toSet()));
    }
}
