package dev.signet.authority.access;

import dev.signet.verifier.trust.Roles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The built-in roles, read from {@code roles.csv} beside this class: a row a permission, a column a role. */
public final class RoleCatalogue {
    public static final String ORGANIZATION_OWNER = "ORGANIZATION_OWNER";
    public static final String DEPLOYMENT_ADMIN = "DEPLOYMENT_ADMIN";

    private RoleCatalogue() {}

    public static Roles builtIn() {
        try (InputStream csv = RoleCatalogue.class.getResourceAsStream("roles.csv")) {
            return parse(new String(
                            Objects.requireNonNull(csv, "roles.csv is missing").readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException("roles.csv cannot be read", e);
        }
    }

    static Roles parse(List<String> lines) {
        String[] roles = lines.get(0).split(",", -1);
        Map<String, Set<String>> permissions = new HashMap<>();
        for (int column = 1; column < roles.length; column++) {
            permissions.put(roles[column], new HashSet<>());
        }
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",", -1);
            if (cells.length != roles.length) {
                throw new IllegalArgumentException("a row of another length: " + line);
            }
            for (int column = 1; column < roles.length; column++) {
                if (cells[column].equals("x")) {
                    Objects.requireNonNull(permissions.get(roles[column])).add(cells[0]);
                } else if (!cells[column].isEmpty()) {
                    throw new IllegalArgumentException("a cell is neither x nor empty: " + line);
                }
            }
        }
        return new Roles(permissions);
    }
}
