package dev.signet.authority.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives a token of an outer scope a role; {@code workspace token} offers it a second time, under its older name. */
@Command
final class AttachCommand implements Callable<Integer> {
    private final AttachedTokenVerbs verbs;
    private final boolean again;

    @Parameters(arity = "0..1", paramLabel = "ID", description = "tok_… or full name")
    private @Nullable String id;

    @Option(
            names = {"-r", "--role"},
            paramLabel = "ROLE",
            description = "role to hold here")
    private @Nullable String role;

    @Mixin
    private Confirmation confirmation = new Confirmation();

    @Mixin
    private Output output = new Output();

    /** @param again whether it must hold a role already, instead of none yet */
    AttachCommand(AttachedTokenVerbs verbs, boolean again) {
        this.verbs = verbs;
        this.again = again;
    }

    @Override
    public Integer call() {
        return verbs.attach(id, role, again, confirmation, output);
    }
}
