package dev.signet.authority.store;

import dev.signet.verifier.token.Grants;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

record JdbcPersonRecords(Handle handle) implements PersonRecords {
    private static final String COLUMNS =
            "SELECT id, organization_id, email, status_index, create_time, update_time, created_by ";
    private static final String PERSON = COLUMNS + "FROM person ";

    @Override
    public Optional<Person> find(String id) {
        return withGrants(handle.createQuery(PERSON + "WHERE id = :id").bind("id", id)).stream()
                .findFirst();
    }

    @Override
    public Optional<Person> findByEmail(String organization, String email) {
        return withGrants(handle.createQuery(PERSON + "WHERE organization_id = :organization AND email = :email")
                        .bind("organization", organization)
                        .bind("email", email))
                .stream()
                .findFirst();
    }

    @Override
    public List<Person> list(String organization, @Nullable String resource, String after, int limit) {
        Query query = handle.createQuery(COLUMNS + new JdbcGrants(handle).holders("person", resource)
                        + " AND id > :after ORDER BY organization_id, id FETCH FIRST :limit ROWS ONLY")
                .bind("organization", organization)
                .bind("after", after)
                .bind("limit", limit);
        if (resource != null) {
            query.bind("resource", resource);
        }
        return withGrants(query);
    }

    @Override
    public void insert(Person person) {
        handle.createUpdate("INSERT INTO person (id, organization_id, email, status_index, create_time, update_time, "
                        + "created_by) VALUES (:id, :organization, :email, :index, :createTime, :updateTime, "
                        + ":createdBy)")
                .bind("id", person.id())
                .bind("organization", person.organization())
                .bind("email", person.email())
                .bind("index", person.index())
                .bind("createTime", Columns.time(person.createTime()))
                .bind("updateTime", Columns.time(person.updateTime()))
                .bind("createdBy", person.createdBy())
                .execute();
        new JdbcGrants(handle).replace(person.id(), person.grants());
    }

    @Override
    public void update(Person person) {
        handle.createUpdate("UPDATE person SET update_time = :updateTime WHERE id = :id")
                .bind("id", person.id())
                .bind("updateTime", Columns.time(person.updateTime()))
                .execute();
        new JdbcGrants(handle).replace(person.id(), person.grants());
    }

    @Override
    public void delete(String id) {
        new JdbcGrants(handle).delete(id);
        handle.createUpdate("DELETE FROM person WHERE id = :id").bind("id", id).execute();
    }

    private List<Person> withGrants(Query query) {
        List<Person> people = query.map((row, context) -> new Person(
                        row.getString("id"),
                        row.getString("organization_id"),
                        row.getString("email"),
                        Grants.NONE,
                        row.getInt("status_index"),
                        Columns.time(row, "create_time"),
                        Columns.time(row, "update_time"),
                        row.getString("created_by")))
                .list();
        Map<String, Grants> grants =
                new JdbcGrants(handle).of(people.stream().map(Person::id).toList());
        return people.stream()
                .map(person -> person.granted(grants.getOrDefault(person.id(), Grants.NONE), person.updateTime()))
                .toList();
    }
}
