package dev.signet.authority.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(name = "dev", description = "Run authority and sidecar together with a demo organization, to try things out.")
final class DevCommand implements Callable<Integer> {
    private static final int PATIENCE_SECONDS = 60;
    private static final int POLL_MILLIS = 50;
    private static final int ENDED_BY_INTERRUPT = 130;

    private final Shell shell;
    private final Connections connections;
    private final SettingOptions options = new SettingOptions(SettingTable.DEV);
    private final List<Child> children = new CopyOnWriteArrayList<>();
    private volatile Removal removeEnvironment = () -> {};
    private volatile boolean ending;

    private interface Removal {
        void run() throws IOException;
    }

    DevCommand(Shell shell, Connections connections) {
        this.shell = shell;
        this.connections = connections;
    }

    CommandLine commandLine() {
        return options.addTo(new CommandLine(this));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Settings settings = options.read(shell.environment());
        DevPlan plan = options.configured(() -> DevPlan.of(settings));
        EnvironmentFile.removeStale(plan.envFile());
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "shutdown"));

        Endpoint authority = Endpoint.parse("listen", plan.authority().toString());
        start(plan.serveArguments(), plan.serveEnvironment(shell.environment()), "");
        awaitServing(authority);
        String platformToken = Files.readString(plan.platformToken()).strip();
        Demo demo = Demo.prepare(platformToken, token -> connections.authority(authority, token));

        if (plan.socket() == null) {
            shell.say("signet: no unix socket, because its path would be too long");
        }
        start(
                plan.sidecarArguments(),
                plan.sidecarEnvironment(platformToken),
                "ASTRO_API_TOKEN=\"$(cat "
                        + ShellWords.quote(plan.platformToken().toString()) + ")\" ");
        awaitServing(Endpoint.parse("sidecar-listen", plan.sidecar().toString()));
        Map<String, String> exports = plan.exports(demo);
        EnvironmentFile.write(plan.envFile(), exports);
        removeEnvironment = () -> EnvironmentFile.remove(plan.envFile(), exports);
        welcome(plan, demo);
        return awaitEnd();
    }

    private void start(List<String> arguments, Map<String, String> environment, String before) throws IOException {
        children.add(Child.start(arguments, environment, before + Child.name() + " " + ShellWords.line(arguments)));
    }

    private void awaitServing(Endpoint endpoint) throws InterruptedException {
        Child child = children.get(children.size() - 1);
        long deadline = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000L;
        while (Health.of(endpoint, connections.opener()) != Health.SERVING) {
            if (child.ended(POLL_MILLIS)) {
                throw Failure.refused("`signet " + child.verb() + "` did not start, see above");
            }
            if (System.nanoTime() - deadline > 0) {
                throw Failure.refused("`signet " + child.verb() + "` does not serve after " + PATIENCE_SECONDS + "s");
            }
        }
        if (!child.isAlive()) {
            throw Failure.refused("`signet " + child.verb() + "` did not start, see above");
        }
    }

    private void welcome(DevPlan plan, Demo demo) {
        String signet = Child.name();
        Path socket = plan.socket();
        shell.out()
                .println(String.join(
                        "\n",
                        "",
                        "Signet is up.",
                        "  authority     " + plan.authority() + http(plan) + "   data in " + plan.data(),
                        "  sidecar       " + plan.sidecar() + (socket == null ? "" : "   unix:" + socket),
                        "  forward-auth  http://" + plan.sidecarHttp() + "/forward-auth/{nginx|caddy|traefik|haproxy}",
                        "  organization  Demo " + Entry.id(demo.organization()),
                        "  workspace     Main " + Entry.id(demo.workspace()),
                        "  deployment    Airflow " + Entry.id(demo.deployment()),
                        "  environment   " + plan.envFile(),
                        "",
                        "Try this in another terminal:",
                        "  . " + ShellWords.quote(plan.envFile().toString()),
                        "  " + signet + " whoami",
                        "  TOKEN=$(" + signet + " deployment token create --name ci --expiration 90 --clean-output)",
                        "  " + signet + " token verify \"$TOKEN\"",
                        "  " + signet + " deployment token delete --name ci --force",
                        "  " + signet + " token verify \"$TOKEN\"",
                        "",
                        "Ctrl-C ends both."));
        shell.out().flush();
    }

    private static String http(DevPlan plan) {
        return plan.http() == null ? "" : "   http://" + plan.http();
    }

    /** Waits until both have ended; one that ends alone can be started again beside the other. */
    private int awaitEnd() throws InterruptedException {
        BlockingQueue<Child> ended = new LinkedBlockingQueue<>();
        for (Child child : children) {
            var unused = child.process().onExit().thenRun(() -> ended.add(child));
        }
        int exitCode = 0;
        for (int left = children.size(); left > 0; left--) {
            Child child = ended.take();
            int status = child.process().exitValue();
            if (!ending && status != ENDED_BY_INTERRUPT) {
                exitCode = Failure.REFUSED;
                shell.say("signet: `signet " + child.verb() + "` ended with " + status + ". Start it again with:");
                shell.err().println("  " + child.again());
            }
        }
        return exitCode;
    }

    /** The sidecar first: it should not see its authority go. */
    private void end() {
        ending = true;
        try {
            removeEnvironment.run();
        } catch (IOException e) {
            shell.say("signet: the environment file is left behind: " + e);
        }
        for (int index = children.size() - 1; index >= 0; index--) {
            children.get(index).stop();
        }
    }
}
