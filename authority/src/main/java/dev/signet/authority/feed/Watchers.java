package dev.signet.authority.feed;

import dev.signet.verifier.trust.TrustPart;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The watchers that are connected, found by what they watch. Used by the publisher's thread only. */
final class Watchers {
    private final Set<Watcher> all = new LinkedHashSet<>();
    private final Set<Watcher> ofEverything = new LinkedHashSet<>();
    private final Map<String, Set<Watcher>> byOrganization = new HashMap<>();
    private volatile int count;

    void add(Watcher watcher) {
        all.add(watcher);
        count = all.size();
        if (watcher.watchesEverything()) {
            ofEverything.add(watcher);
        } else {
            watcher.organizations().forEach(organization -> addTo(organization, watcher));
        }
    }

    boolean contains(Watcher watcher) {
        return all.contains(watcher);
    }

    /** Has a watcher that is here watch one more organization. */
    void load(Watcher watcher, String organization) {
        watcher.follow(organization);
        if (!watcher.watchesEverything()) {
            addTo(organization, watcher);
        }
    }

    void release(Watcher watcher, String organization) {
        watcher.unfollow(organization);
        if (!watcher.watchesEverything()) {
            removeFrom(organization, watcher);
        }
    }

    void remove(Watcher watcher) {
        if (all.remove(watcher)) {
            count = all.size();
            ofEverything.remove(watcher);
            watcher.organizations().forEach(organization -> removeFrom(organization, watcher));
        }
    }

    /** Every watcher of a part, as they are now: what is done with one may remove it. */
    void forEach(String part, Consumer<Watcher> action) {
        if (part.equals(TrustPart.INSTALLATION)) {
            List.copyOf(all).forEach(action);
        } else {
            List.copyOf(byOrganization.getOrDefault(part, Set.of())).forEach(action);
            List.copyOf(ofEverything).forEach(action);
        }
    }

    /** Every watcher. */
    List<Watcher> list() {
        return new ArrayList<>(all);
    }

    void clear() {
        all.clear();
        ofEverything.clear();
        byOrganization.clear();
        count = 0;
    }

    /** How many there are; may be asked by any thread. */
    int count() {
        return count;
    }

    private void addTo(String organization, Watcher watcher) {
        byOrganization
                .computeIfAbsent(organization, id -> new LinkedHashSet<>())
                .add(watcher);
    }

    private void removeFrom(String organization, Watcher watcher) {
        byOrganization.computeIfPresent(organization, (id, watching) -> {
            watching.remove(watcher);
            return watching.isEmpty() ? null : watching;
        });
    }
}
