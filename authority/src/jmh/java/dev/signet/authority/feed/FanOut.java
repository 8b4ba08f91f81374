package dev.signet.authority.feed;

import dev.signet.authority.FakeClock;
import dev.signet.authority.ForwardingLedger;
import dev.signet.authority.InProcess;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.grpc.CallerGate;
import dev.signet.authority.grpc.GrpcConfig;
import dev.signet.authority.grpc.GrpcServer;
import dev.signet.authority.grpc.GuardedServices;
import dev.signet.authority.metrics.Metrics;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.ListenAddress;
import dev.signet.verifier.bench.Figure;
import dev.signet.verifier.bench.Figure.Bound;
import dev.signet.verifier.bench.Figures;
import dev.signet.verifier.token.ResourcePath;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * How long it takes from a commit until the last of many verifiers has heard of it, beside the least that gRPC needs to
 * give so many streams a message of that size. Rounds of the one and the other alternate, so that what else the machine
 * does meets both.
 */
final class FanOut {
    private static final int CONNECTIONS = 50;
    private static final int WARM_UP = 30;
    private static final int ROUNDS = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final PrintStream out = System.out;
    private final Figures figures;
    private final Path folder;

    FanOut(Figures figures, Path folder) {
        this.figures = figures;
        this.folder = folder;
    }

    void measure() throws Exception {
        out.printf("%-9s %-34s %10s %10s%n", "verifiers", "until the last one has it", "p50 ms", "p99 ms");
        measure(1_000);
        measure(5_000);
        out.printf("%d rounds of each, %d connections%n", ROUNDS, CONNECTIONS);
    }

    private void measure(int verifiers) throws Exception {
        Committing committing = new Committing();
        try (TestAuthority authority = TestAuthority.open(
                        TestAuthority.config(folder.resolve("data-" + verifiers)),
                        new FakeClock(),
                        verifiers,
                        (config, codec, ids) -> committing.around(TestAuthority.ledger(config, codec, ids)));
                GrpcServer server = server(authority);
                BareFanOut bare = new BareFanOut()) {
            server.start();
            ResourcePath organization = authority.organization();
            Call owner = authority.owner(organization);
            Iterator<String> tokens = Stream.generate(() -> authority
                            .issue(owner, organization, "ORGANIZATION_MEMBER")
                            .token()
                            .id())
                    .limit(2 * (WARM_UP + ROUNDS))
                    .toList()
                    .iterator();
            String credential = owner.credential().text();
            try (FanOutClients watching = new FanOutClients(server.port(), CONNECTIONS, verifiers, credential);
                    FanOutClients waiting = new FanOutClients(bare.port(), CONNECTIONS, verifiers, credential)) {
                require(verifiers == authority.publisher().watching());
                Round revocation = acknowledging -> {
                    watching.expect(acknowledging);
                    long revision = authority
                            .tokens()
                            .delete(owner, organization.id(), tokens.next())
                            .revision();
                    var propagation = authority
                            .publisher()
                            .awaitPropagation(
                                    new CommittedChange(organization.id(), revision, FakeClock.START, FakeClock.START),
                                    acknowledging ? PATIENCE : Duration.ZERO);
                    FanOutClients.Arrivals arrivals = watching.await();
                    require((acknowledging ? 0 : verifiers) == propagation.get().pending());
                    return arrivals.since(committing.committed);
                };
                Round message = acknowledging -> {
                    waiting.expect(acknowledging);
                    long began = System.nanoTime();
                    bare.send(watching.lastMessage(), acknowledging);
                    FanOutClients.Arrivals arrivals = waiting.await();
                    bare.awaitAcknowledged();
                    return arrivals.since(began);
                };
                compare(verifiers, revocation, message);
                out.printf(
                        "%,9d %-34s %10d%n",
                        verifiers,
                        "size of the message, in bytes",
                        watching.lastMessage().getSerializedSize());
            }
        }
    }

    private static void require(boolean expected) {
        if (!expected) {
            throw new IllegalStateException("not as many verifiers as there should be");
        }
    }

    private interface Round {
        FanOutClients.Arrivals run(boolean acknowledging) throws Exception;
    }

    private void compare(int verifiers, Round revocation, Round message) throws Exception {
        List<String> names = List.of("revocation", "bare message", "revocation, no acks", "bare message, no acks");
        long[][] first = new long[names.size()][ROUNDS];
        long[][] last = new long[names.size()][ROUNDS];
        for (int i = -WARM_UP; i < ROUNDS; i++) {
            for (int kind = 0; kind < names.size(); kind++) {
                FanOutClients.Arrivals arrivals = (kind % 2 == 0 ? revocation : message).run(kind < 2);
                if (i >= 0) {
                    first[kind][i] = arrivals.first();
                    last[kind][i] = arrivals.last();
                }
            }
        }
        for (int kind = 0; kind < names.size(); kind++) {
            row(verifiers, names.get(kind) + ", the first", p50(first[kind]), p99(first[kind]));
            row(verifiers, names.get(kind), p50(last[kind]), p99(last[kind]));
        }
        for (int kind = 0; kind < names.size(); kind += 2) {
            // As it runs in earnest, verifiers acknowledge; what they do not is only looked at.
            Bound bound = kind == 0 ? Figure.atMost(1.5) : null;
            String what = names.get(kind) + ", " + verifiers + " verifiers";
            String bare = names.get(kind + 1);
            figures.add(what + ", p50", p50(last[kind]), "ms", bare, p50(last[kind + 1]), bound);
            figures.add(what + ", p99", p99(last[kind]), "ms", bare, p99(last[kind + 1]), bound);
        }
    }

    private static double p50(long[] nanos) {
        return at(nanos, 0.5);
    }

    private static double p99(long[] nanos) {
        return at(nanos, 0.99);
    }

    /** In milliseconds. */
    private static double at(long[] nanos, double quantile) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.ceil((sorted.length - 1) * quantile)] / 1e6;
    }

    private void row(int verifiers, String what, double p50, double p99) {
        out.printf(Locale.ROOT, "%,9d %-34s %10.2f %10.2f%n", verifiers, what, p50, p99);
    }

    private static GrpcServer server(TestAuthority authority) {
        return new GrpcServer(
                new GrpcConfig(new ListenAddress("127.0.0.1", 0), false),
                new GuardedServices(
                        new Metrics(System::nanoTime).calls(),
                        authority.verifier(),
                        authority.audit(),
                        List.of(InProcess.trust(authority, CallerGate::call)),
                        List.of()));
    }

    /** Notes when a commit is done, which is just before it is published. */
    private static final class Committing {
        private volatile long committed;

        Ledger around(Ledger ledger) {
            return new ForwardingLedger(ledger) {
                @Override
                public <T> Committed<T> write(Function<Transaction, T> work) {
                    Committed<T> done = super.write(work);
                    committed = System.nanoTime();
                    return done;
                }

                @Override
                public void close() {
                    ledger.close();
                }
            };
        }
    }
}
