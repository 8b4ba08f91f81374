package dev.signet.authority.cli;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A signet process started by this one, in the same process group. It shares standard error and ends when the pipe on
 * its standard input does, so that it never outlives us.
 *
 * @param verb what it runs
 * @param again the command that starts it again by hand
 */
record Child(String verb, Process process, String again) {
    private static final long PATIENCE_SECONDS = 10;

    /** @param environment what the child gets on top of, or instead of, our environment; an empty value removes */
    static Child start(List<String> arguments, Map<String, String> environment, String again) throws IOException {
        List<String> command = new ArrayList<>(launcher());
        command.addAll(arguments);
        command.add("--exit-with-parent");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(Redirect.PIPE)
                .redirectOutput(Redirect.INHERIT)
                .redirectError(Redirect.INHERIT);
        environment.forEach((name, value) -> {
            if (value.isEmpty()) {
                builder.environment().remove(name);
            } else {
                builder.environment().put(name, value);
            }
        });
        return new Child(arguments.get(0), builder.start(), again);
    }

    /** The launcher script that started us, else the same virtual machine again. */
    private static List<String> launcher() {
        String script = System.getProperty("signet.launcher");
        if (script != null) {
            return List.of(script);
        }
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(Main.class.getName());
        return command;
    }

    /** How a person starts signet as it was started now. */
    static String name() {
        String script = System.getProperty("signet.launcher");
        return script == null ? "signet" : ShellWords.quote(script);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Whether it ended within that time. */
    boolean ended(long millis) throws InterruptedException {
        return process.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    void stop() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
