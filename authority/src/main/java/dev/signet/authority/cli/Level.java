package dev.signet.authority.cli;

import dev.signet.v1.Scope;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The three nested scopes, outermost first. */
enum Level {
    ORGANIZATION("org", "org_", "Organizations, the outermost scope, and what belongs to them."),
    WORKSPACE("wo", "wsp_", "Workspaces of an organization, and what belongs to them."),
    DEPLOYMENT("de", "dep_", "Deployments of a workspace, and what belongs to them.");

    private final String alias;
    private final String prefix;
    private final String description;

    Level(String alias, String prefix, String description) {
        this.alias = alias;
        this.prefix = prefix;
        this.description = description;
    }

    static Level of(Scope scope) {
        return switch (scope) {
            case SCOPE_ORGANIZATION -> ORGANIZATION;
            case SCOPE_WORKSPACE -> WORKSPACE;
            case SCOPE_DEPLOYMENT -> DEPLOYMENT;
            case SCOPE_UNSPECIFIED, UNRECOGNIZED -> throw Failure.refused("a token of an unknown scope");
        };
    }

    Scope scope() {
        return switch (this) {
            case ORGANIZATION -> Scope.SCOPE_ORGANIZATION;
            case WORKSPACE -> Scope.SCOPE_WORKSPACE;
            case DEPLOYMENT -> Scope.SCOPE_DEPLOYMENT;
        };
    }

    /** The level that an id belongs to. */
    static Level of(String id) {
        return Arrays.stream(values())
                .filter(level -> id.startsWith(level.prefix))
                .findFirst()
                .orElseThrow(() -> Failure.refused("a role on something unknown: " + id));
    }

    /** The built-in roles that can be held here, the weakest first. */
    List<String> roles() {
        return switch (this) {
            case ORGANIZATION -> List.of("ORGANIZATION_MEMBER", "ORGANIZATION_BILLING_ADMIN", "ORGANIZATION_OWNER");
            case WORKSPACE ->
                List.of(
                        "WORKSPACE_ACCESSOR",
                        "WORKSPACE_MEMBER",
                        "WORKSPACE_AUTHOR",
                        "WORKSPACE_OPERATOR",
                        "WORKSPACE_OWNER");
            case DEPLOYMENT -> List.of("DEPLOYMENT_ADMIN");
        };
    }

    /** From the outermost level down to this one. */
    List<Level> path() {
        return Arrays.stream(values())
                .filter(level -> level.compareTo(this) <= 0)
                .toList();
    }

    String noun() {
        return name().toLowerCase(Locale.ROOT);
    }

    String article() {
        return this == ORGANIZATION ? "an" : "a";
    }

    String collection() {
        return noun() + "s";
    }

    String alias() {
        return alias;
    }

    String prefix() {
        return prefix;
    }

    String description() {
        return description;
    }

    Setting setting() {
        return switch (this) {
            case ORGANIZATION -> SettingTable.ORGANIZATION;
            case WORKSPACE -> SettingTable.WORKSPACE;
            case DEPLOYMENT -> SettingTable.DEPLOYMENT;
        };
    }
}
