package dev.signet.authority.store;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Users. */
public interface PersonRecords {

    Optional<Person> find(String id);

    /** The user of an organization with this address, in lower case as it is kept. */
    Optional<Person> findByEmail(String organization, String email);

    /** Users of an organization, or only those with a role on a resource, with an id above {@code after}. */
    List<Person> list(String organization, @Nullable String resource, String after, int limit);

    void insert(Person person);

    /** Replaces the roles and the update time. */
    void update(Person person);

    void delete(String id);
}
