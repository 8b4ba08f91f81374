package dev.signet.authority.store;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What ended or changed and has to be known for a while: revoked values until they expire anyway, and overrides. */
public interface EndedRecords {

    /** Keeps when these expire; values that never do are not kept. */
    void add(String part, Collection<EndedValue> values);

    /** Indexes by part, of values that expired before a time. */
    SortedMap<String, List<Integer>> expiredBefore(Instant time, int limit);

    void remove(String part, Collection<Integer> indexes);

    /** Ids of tokens whose value before the present one ended by itself before a time, and is still kept. */
    List<String> graceEndedBefore(Instant time, int limit);

    /** Notes a time at which all overrides that there are had been committed. */
    void noteOverrides(Instant now);

    /**
     * Looks at the next overrides in the order of subjects, for those that can change nothing any more. Of a subject that is gone, every value is
     * revoked. A token has one value, unless the grace of the one before still lasts or was not settled: either its
     * grants are as new as the override, or it expired. Of the values of a user nothing is recorded; they live for
     * {@link Person#LONGEST_LIFETIME}, and were made before the override or with what it says. What a backup has of the
     * user is brought up to date with the override for {@link EndedValue#PERSON_REMEMBERED}.
     *
     * @param expired values that expire before are good for nobody
     * @param after the subject after which to begin; empty for the first
     * @param limit how many to look at
     */
    Looked superfluousOverrides(Instant expired, String after, int limit);

    void removeOverrides(Collection<Overridden> overrides);

    /**
     * What was found among some overrides.
     *
     * @param last the last subject that was looked at; null where there was none
     */
    record Looked(List<Overridden> superfluous, @Nullable String last) {
        public Looked {
            superfluous = List.copyOf(superfluous);
        }
    }

    /**
     * That a subject's grants were overridden.
     *
     * @param revision of the change
     */
    record Overridden(String part, String subject, long revision) {}
}
