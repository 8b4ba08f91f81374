package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The list of parts (CycloneDX) tells of every jar that runs, and of nothing under a licence that asks for more. */
class SbomIT {
    /** Those that ask no more of who passes them on than their notice, and one that leaves other works alone. */
    private static final Set<String> LICENCES =
            Set.of("Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "EPL-2.0", "MIT", "MPL-2.0");

    /** Of which the list says what their own files do not: their licence is BSD-3-Clause. */
    private static final Set<String> MISTAKEN = Set.of("jline-native", "jline-terminal");

    private final Map<String, JsonObject> partsByHash = new HashMap<>();

    SbomIT() throws IOException {
        assumeTrue(Files.exists(Path.of("target/bom.json")), "there is no list, as Maven makes none offline");
        JsonObject bom = JsonParser.parseString(Files.readString(Path.of("target/bom.json")))
                .getAsJsonObject();
        for (JsonElement part : bom.getAsJsonArray("components")) {
            for (JsonElement hash : part.getAsJsonObject().getAsJsonArray("hashes")) {
                if (hash.getAsJsonObject().get("alg").getAsString().equals("SHA-256")) {
                    partsByHash.put(hash.getAsJsonObject().get("content").getAsString(), part.getAsJsonObject());
                }
            }
        }
    }

    @Test
    void everyJarThatRunsIsInIt() throws IOException, NoSuchAlgorithmException {
        List<Path> jars;
        try (Stream<Path> files = Files.list(Path.of("target/dist/lib"))) {
            jars = files.filter(file -> !file.getFileName().toString().startsWith("signet-"))
                    .toList();
        }
        assertFalse(jars.isEmpty());
        for (Path jar : jars) {
            String hash = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar)));
            assertTrue(partsByHash.containsKey(hash), () -> jar.getFileName() + " is not in the list");
        }
    }

    @Test
    void everyPartHasALicenceThatFits() {
        Set<String> others = new TreeSet<>();
        partsByHash.values().forEach(part -> {
            String name = part.get("name").getAsString();
            if (!name.startsWith("signet-")
                    && !MISTAKEN.contains(name)
                    && licences(part).noneMatch(LICENCES::contains)) {
                others.add(name + " " + licences(part).toList());
            }
        });
        assertEquals(Set.of(), others);
    }

    /** Where there are several, any may be chosen. */
    private static Stream<String> licences(JsonObject part) {
        return !part.has("licenses")
                ? Stream.of()
                : part.getAsJsonArray("licenses").asList().stream()
                        .map(JsonElement::getAsJsonObject)
                        .filter(each -> each.has("license"))
                        .map(each -> each.getAsJsonObject("license"))
                        .map(each -> (each.has("id") ? each.get("id") : each.get("name")).getAsString());
    }
}
