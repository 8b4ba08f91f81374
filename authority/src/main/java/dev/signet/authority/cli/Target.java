package dev.signet.authority.cli;

import java.util.EnumMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ScopeType;

/** What a verb of a noun is about: from its argument, the flags, the environment and the credential, in this order. */
final class Target {
    private final Shell shell;
    private final EnumMap<Level, OptionSpec> options = new EnumMap<>(Level.class);

    Target(Shell shell) {
        this.shell = shell;
    }

    /** Offers the flags of the noun and of those around it, on every verb below as well. */
    void addTo(CommandSpec noun, Level level) {
        for (Level each : level.path()) {
            Setting setting = each.setting();
            OptionSpec option = OptionSpec.builder(String.valueOf(setting.flag()))
                    .type(String.class)
                    .arity("1")
                    .paramLabel(setting.label())
                    .description(setting.meaning() + " [" + setting.variable() + "]")
                    .scopeType(ScopeType.INHERIT)
                    .build();
            options.put(each, option);
            noun.addOption(option);
        }
    }

    /** The full name of the level's resource, whose id may also come from the environment. */
    String name(Level level, @Nullable String argument, Credential credential) {
        ResourceIds ids = given(level, argument);
        if (ids.get(level) == null) {
            ids.complete(fromEnvironment(level));
        }
        return name(level, ids, credential);
    }

    /** The full name of a resource that must be named on the command line itself. */
    String explicitName(Level level, @Nullable String argument, Credential credential) {
        ResourceIds ids = given(level, argument);
        if (ids.get(level) == null) {
            throw Failure.usage("which " + level.noun() + "? Give its id");
        }
        return name(level, ids, credential);
    }

    /** The workspace whose deployments are meant, or all of them. */
    String anyWorkspace(Credential credential) {
        ResourceIds ids = given(Level.WORKSPACE, null);
        if (ids.get(Level.WORKSPACE) == null) {
            ids.complete(fromEnvironment(Level.WORKSPACE));
        }
        String workspace = ids.get(Level.WORKSPACE);
        return workspace == null || workspace.equals(ResourceIds.ANY)
                ? name(Level.ORGANIZATION, ids, credential) + "/workspaces/" + ResourceIds.ANY
                : name(Level.WORKSPACE, ids, credential);
    }

    /** The id that was given by the level's own flag; null without. */
    @Nullable
    String flagged(Level level) {
        String flag = flag(level);
        return flag == null ? null : ResourceIds.parse(level, flag).get(level);
    }

    private ResourceIds given(Level level, @Nullable String argument) {
        ResourceIds ids = new ResourceIds();
        if (argument != null) {
            ids.merge(ResourceIds.parse(level, argument));
        }
        for (Level each : level.path()) {
            String flag = flag(each);
            if (flag != null) {
                ids.merge(ResourceIds.parse(each, flag));
            }
        }
        return ids;
    }

    private @Nullable String flag(Level level) {
        OptionSpec option = options.get(level);
        return option == null ? null : option.getValue();
    }

    private ResourceIds fromEnvironment(Level level) {
        String text = shell.variable(String.valueOf(level.setting().variable()));
        return text == null ? new ResourceIds() : ResourceIds.parse(level, text.strip());
    }

    private String name(Level level, ResourceIds ids, Credential credential) {
        ids.complete(fromEnvironment(Level.ORGANIZATION));
        if (credential.organization() != null) {
            ids.complete(ResourceIds.parse(Level.ORGANIZATION, credential.organization()));
        }
        StringBuilder name = new StringBuilder();
        for (Level each : level.path()) {
            String id = ids.get(each);
            if (id == null && each == Level.WORKSPACE && level == Level.DEPLOYMENT) {
                // SIGNET_WORKSPACE may well name another one than the deployment's.
                id = ResourceIds.ANY;
            }
            if (id == null || (id.equals(ResourceIds.ANY) && each == level)) {
                throw Failure.usage("which " + each.noun() + "? Give "
                        + each.setting().flag() + " or set " + each.setting().variable());
            }
            name.append(name.isEmpty() ? "" : "/")
                    .append(each.collection())
                    .append('/')
                    .append(id);
        }
        return name.toString();
    }
}
