package dev.signet.authority.cli;

import picocli.CommandLine;

/** Builds {@code organization}, {@code workspace} and {@code deployment} with everything below. */
record Noun(Shell shell, Connections connections, Target target, Level level) {

    static CommandLine commandLine(Shell shell, Connections connections, Level level) {
        return new Noun(shell, connections, new Target(shell), level).build();
    }

    private CommandLine build() {
        CommandLine noun = new CommandLine(new DirectoryVerbs(shell, connections, target, level));
        noun.addSubcommand(tokens());
        switch (level) {
            case ORGANIZATION -> {
                noun.getCommandSpec().removeSubcommand("update");
                noun.addSubcommand(new OrganizationUpdate(shell, connections, target))
                        .addSubcommand(new RoleVerbs(shell, connections, target))
                        .addSubcommand(users().addSubcommand(new UserTokenVerbs(shell, connections, target)))
                        .addSubcommand(new AuditLogVerbs(shell, connections, target))
                        .addSubcommand(new RevokeAllCommand(shell, connections, target));
            }
            case WORKSPACE -> noun.addSubcommand(users());
            case DEPLOYMENT -> noun.addSubcommand(new ApiKeyVerbs(shell, connections, target));
        }
        target.addTo(noun.getCommandSpec(), level);
        noun.getCommandSpec().usageMessage().description(level.description());
        return noun;
    }

    private CommandLine users() {
        return new CommandLine(new UserVerbs(shell, connections, target, level));
    }

    private CommandLine tokens() {
        CommandLine tokens = new CommandLine(new TokenVerbs(shell, connections, target, level));
        for (Level scope : level.path()) {
            if (scope != level) {
                tokens.addSubcommand(attached(scope).commandLine());
            }
        }
        if (level == Level.WORKSPACE) {
            tokens.addSubcommand(attached(Level.ORGANIZATION).add());
        }
        return tokens;
    }

    private AttachedTokenVerbs attached(Level scope) {
        return new AttachedTokenVerbs(shell, connections, target, level, scope);
    }
}
