package dev.signet.authority.tokens;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.TestAuthority;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.StatusIndexes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StatusIndexesTest {
    @TempDir
    private Path data;

    private TestAuthority authority;
    private Ledger ledger;

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        ledger = authority.unpublished();
    }

    @AfterEach
    void close() {
        authority.close();
    }

    @Test
    void onePartAfterAnotherInBlocks() {
        StatusIndexes indexes = new StatusIndexes(ledger);
        for (int i = 0; i < 200; i++) {
            assertEquals(i, indexes.next("org_one"));
        }
        assertEquals(0, indexes.next("org_two"));
        // 200 of them took four blocks of 64 from the store.
        assertEquals(256, ledger.reserveIndexes("org_one", 1));
    }

    @Test
    void anotherProcessBeginsAnotherBlock() {
        assertEquals(0, new StatusIndexes(ledger).next("org_one"));
        assertEquals(64, new StatusIndexes(ledger).next("org_one"));
    }

    @Test
    void nobodyGetsOneTwice() throws Exception {
        List<StatusIndexes> processes = List.of(new StatusIndexes(ledger), new StatusIndexes(ledger));
        Set<Integer> seen = new HashSet<>();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<List<Integer>>> taking = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                StatusIndexes indexes = processes.get(thread % 2);
                taking.add(threads.submit(() -> {
                    List<Integer> taken = new ArrayList<>();
                    for (int i = 0; i < 500; i++) {
                        taken.add(indexes.next("org_one"));
                    }
                    return taken;
                }));
            }
            for (Future<List<Integer>> each : taking) {
                for (int index : each.get(30, TimeUnit.SECONDS)) {
                    assertTrue(seen.add(index), "twice: " + index);
                }
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(4_000, seen.size());
    }
}
