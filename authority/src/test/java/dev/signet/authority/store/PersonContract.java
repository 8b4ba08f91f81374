package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.ResourcePath;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Part of {@link LedgerContract}: users. */
interface PersonContract {
    Ledger ledger();

    Samples samples();

    private <T> T people(Function<PersonRecords, T> work) {
        return ledger().read(tx -> work.apply(tx.people()));
    }

    private ResourcePath inserted() {
        ResourcePath organization = samples().organization();
        ledger().write(tx -> {
            tx.directory().insert(Samples.entry(organization));
            return tx;
        });
        return organization;
    }

    private Person inserted(ResourcePath organization, String email, Grants grants) {
        Person person = samples().person(organization, email, grants);
        ledger().write(tx -> {
            tx.people().insert(person);
            return tx;
        });
        return person;
    }

    @Test
    default void peopleAreFoundByTheirWholeAddressInTheirOrganization() {
        ResourcePath organization = inserted();
        ResourcePath other = inserted();
        Grants grants = new Grants(Map.of(
                organization.id(), List.of("ORGANIZATION_MEMBER"),
                samples().id(IdType.WORKSPACE), List.of("WORKSPACE_OWNER")));
        Person ada = inserted(organization, "ada@example.com", grants);
        Person bob = inserted(organization, "bob@example.com", Grants.NONE);
        Person namesake = inserted(other, "ada@example.com", Grants.NONE);
        String longest = "a".repeat(308) + "@example.com";
        Person wordy = inserted(other, longest, Grants.NONE);
        assertEquals(Optional.of(ada), people(it -> it.findByEmail(organization.id(), "ada@example.com")));
        assertEquals(Optional.of(bob), people(it -> it.findByEmail(organization.id(), "bob@example.com")));
        assertEquals(Optional.of(namesake), people(it -> it.findByEmail(other.id(), "ada@example.com")));
        assertEquals(Optional.of(wordy), people(it -> it.findByEmail(other.id(), longest)));
        assertEquals(Optional.empty(), people(it -> it.findByEmail(other.id(), "bob@example.com")));
        for (String none : new String[] {"", "%@example.com", "ada@example.co", "_da@example.com", ada.id()}) {
            assertEquals(Optional.empty(), people(it -> it.findByEmail(organization.id(), none)), none);
        }
        ledger().write(tx -> {
            tx.people().delete(ada.id());
            return tx;
        });
        assertEquals(Optional.empty(), people(it -> it.findByEmail(organization.id(), "ada@example.com")));
        assertEquals(Optional.of(namesake), people(it -> it.findByEmail(other.id(), "ada@example.com")));
    }
}
