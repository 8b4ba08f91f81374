package dev.signet.authority.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "logout", description = "Forget the stored login. Its token goes on being good.")
final class LogoutCommand implements Callable<Integer> {
    private final Shell shell;

    LogoutCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException {
        Path file = Login.file(shell);
        boolean forgotten = file != null && Files.deleteIfExists(file);
        shell.say(forgotten ? "Logged out." : "There was no login.");
        return 0;
    }
}
