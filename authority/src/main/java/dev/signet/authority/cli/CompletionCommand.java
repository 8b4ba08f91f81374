package dev.signet.authority.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(name = "completion", description = "Print a completion script for bash and zsh, to be sourced.")
final class CompletionCommand implements Callable<Integer> {
    private final Shell shell;
    private final CommandLine root;

    CompletionCommand(Shell shell, CommandLine root) {
        this.shell = shell;
        this.root = root;
    }

    @Override
    public Integer call() {
        shell.out().print(AutoComplete.bash(root.getCommandName(), root));
        return 0;
    }
}
