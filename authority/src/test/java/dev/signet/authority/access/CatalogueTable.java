package dev.signet.authority.access;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Scanner;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The catalogue as it is meant to be: a copy of {@code roles.csv}, so that a cell that is changed by mistake differs, and
 * read by the positions of commas, without the code under test.
 */
record CatalogueTable(Set<String> permissions, TreeMap<String, Set<String>> byRole) {

    static CatalogueTable read() {
        try (InputStream file = CatalogueTable.class.getResourceAsStream("intended-roles.csv");
                Scanner lines = new Scanner(file, StandardCharsets.UTF_8)) {
            String[] names = lines.nextLine().split(",", -1);
            Set<String> permissions = new LinkedHashSet<>();
            TreeMap<String, Set<String>> byRole = new TreeMap<>();
            while (lines.hasNextLine()) {
                String line = lines.nextLine();
                String permission = line.substring(0, line.indexOf(','));
                permissions.add(permission);
                int column = 0;
                for (int i = 0; i < line.length(); i++) {
                    if (line.charAt(i) == ',') {
                        column++;
                        byRole.computeIfAbsent(names[column], role -> new TreeSet<>());
                    } else if (column > 0 && line.charAt(i) == 'x') {
                        byRole.get(names[column]).add(permission);
                    }
                }
            }
            return new CatalogueTable(permissions, byRole);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    boolean holds(String role, String permission) {
        return byRole.get(role).contains(permission);
    }
}
