package dev.signet.authority.feed;

import dev.signet.authority.store.WatchingVerifier;
import dev.signet.verifier.trust.TrustPart;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The verifiers that are connected to other authorities, as those told lately; found by what they watch. Thread-safe. */
final class WatchersElsewhere {
    private volatile Known known = new Known(List.of(), List.of(), Map.of());

    private record Known(
            List<WatchingVerifier> all,
            List<WatchingVerifier> ofEverything,
            Map<String, List<WatchingVerifier>> byOrganization) {}

    /** Returns whether anything is different now. By one thread. */
    boolean replace(List<WatchingVerifier> verifiers) {
        if (verifiers.equals(known.all())) {
            return false;
        }
        List<WatchingVerifier> ofEverything = new ArrayList<>();
        Map<String, List<WatchingVerifier>> byOrganization = new HashMap<>();
        for (WatchingVerifier verifier : verifiers) {
            if (verifier.all()) {
                ofEverything.add(verifier);
            } else {
                verifier.organizations()
                        .forEach(organization -> byOrganization
                                .computeIfAbsent(organization, id -> new ArrayList<>())
                                .add(verifier));
            }
        }
        known = new Known(List.copyOf(verifiers), ofEverything, byOrganization);
        return true;
    }

    List<WatchingVerifier> list() {
        return known.all();
    }

    /** Every one that watches a part. */
    void forEach(String part, Consumer<WatchingVerifier> action) {
        Known now = known;
        if (part.equals(TrustPart.INSTALLATION)) {
            now.all().forEach(action);
        } else {
            now.byOrganization().getOrDefault(part, List.of()).forEach(action);
            now.ofEverything().forEach(action);
        }
    }
}
