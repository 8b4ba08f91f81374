package dev.signet.verifier.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class GrantsTest {
    @Test
    void whatTheyWereMadeOfMayChangeAndTheyDoNot() {
        List<String> roles = new ArrayList<>(List.of("A"));
        Map<String, List<String>> byResource = new HashMap<>(Map.of("one", roles));
        Grants grants = new Grants(byResource);
        roles.add("B");
        byResource.put("two", List.of("C"));
        assertEquals(Grants.of("one", "A"), grants);
        assertThrows(UnsupportedOperationException.class, () -> grants.on("one").add("B"));
        assertThrows(
                UnsupportedOperationException.class, () -> grants.byResource().clear());
    }

    @Test
    void whoHoldsNothingHoldsNothingAnywhere() {
        assertTrue(Grants.NONE.isEmpty());
        assertEquals(List.of(), Grants.NONE.on("one"));
        Grants some = Grants.of("one", "A");
        assertFalse(some.isEmpty());
        assertEquals(List.of("A"), some.on("one"));
        assertEquals(List.of(), some.on("two"));
    }
}
