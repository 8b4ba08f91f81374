package dev.signet.authority.cli;

import dev.signet.v1.Scope;
import java.util.Locale;

/** The three nested scopes, outermost first. */
enum Level {
    ORGANIZATION("org", "org_", SettingTable.ORGANIZATION, Scope.SCOPE_ORGANIZATION),
    WORKSPACE("wo", "wsp_", SettingTable.WORKSPACE, Scope.SCOPE_WORKSPACE),
    DEPLOYMENT("de", "dep_", SettingTable.DEPLOYMENT, Scope.SCOPE_DEPLOYMENT);

    private final String alias;
    private final String prefix;
    private final Setting setting;
    private final Scope scope;

    Level(String alias, String prefix, Setting setting, Scope scope) {
        this.alias = alias;
        this.prefix = prefix;
        this.setting = setting;
        this.scope = scope;
    }

    String noun() {
        return name().toLowerCase(Locale.ROOT);
    }

    String article() {
        return this == ORGANIZATION ? "an" : "a";
    }

    String alias() {
        return alias;
    }

    String collection() {
        return noun() + "s";
    }

    String prefix() {
        return prefix;
    }

    Setting setting() {
        return setting;
    }

    Scope scope() {
        return scope;
    }

    static Level of(Scope scope) {
        for (Level level : values()) {
            if (level.scope == scope) {
                return level;
            }
        }
        throw new IllegalArgumentException("no level of scope " + scope);
    }
}
