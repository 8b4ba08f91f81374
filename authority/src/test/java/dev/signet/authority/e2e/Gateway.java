package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** A gateway of somebody else's, run with the configuration that is shipped for it. */
enum Gateway {
    NGINX {
        @Override
        List<String> arguments(Path folder, Configuration configuration) throws IOException {
            configuration.copy("nginx/signet-request.conf", folder);
            Path site = configuration.copy("nginx/signet.conf", folder);
            Path main = Files.writeString(
                    folder.resolve("nginx.conf"),
                    String.join(
                            "\n",
                            "daemon off; user root; worker_processes 1; pid nginx.pid; error_log stderr;",
                            "events {}",
                            "http {",
                            "client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;",
                            "uwsgi_temp_path uwsgi; scgi_temp_path scgi;",
                            "include " + site + ";",
                            "}"));
            return List.of("-p", folder.toString(), "-e", "stderr", "-c", main.toString());
        }
    },
    CADDY {
        @Override
        List<String> arguments(Path folder, Configuration configuration) throws IOException {
            Path site = configuration.copy("caddy/Caddyfile", folder);
            Files.writeString(site, "{\n\tadmin off\n}\n" + Files.readString(site));
            return List.of("run", "--adapter", "caddyfile", "--config", site.toString());
        }
    },
    HAPROXY {
        @Override
        List<String> arguments(Path folder, Configuration configuration) throws IOException {
            configuration.copy("haproxy/signet.lua", folder);
            return List.of(
                    "-db",
                    "-f",
                    configuration.copy("haproxy/haproxy.cfg", folder).toString());
        }
    };

    private static final Path SHIPPED = Path.of("..", "verifier", "deploy");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** What is filled in of the files that are shipped: where things are, and which deployment is behind it. */
    private record Configuration(Map<String, String> changes) {
        Path copy(String name, Path folder) throws IOException {
            String text = Files.readString(SHIPPED.resolve(name));
            for (Map.Entry<String, String> change : changes.entrySet()) {
                text = text.replace(change.getKey(), change.getValue());
            }
            return Files.writeString(folder.resolve(Path.of(name).getFileName()), text);
        }
    }

    /** Writes its configuration, and returns what to run it with. */
    abstract List<String> arguments(Path folder, Configuration configuration) throws IOException;

    boolean isInstalled() {
        return places().anyMatch(Files::isExecutable);
    }

    private Stream<Path> places() {
        return Stream.of((System.getenv("PATH") + ":/usr/sbin").split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, program()));
    }

    String program() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Starts it, and returns the port once it listens there.
     *
     * @param more what to change besides, to see what becomes of it
     */
    int start(Processes processes, Path parent, int sidecar, int backend, String deployment, Map<String, String> more) {
        int port = Processes.freePort();
        try {
            Path folder = Files.createTempDirectory(parent, program());
            Map<String, String> changes = new LinkedHashMap<>(more);
            changes.putAll(Map.of(
                    "127.0.0.1:8481",
                    "127.0.0.1:" + sidecar,
                    "127.0.0.1:8080",
                    "127.0.0.1:" + backend,
                    "127.0.0.1:8000",
                    "127.0.0.1:" + port,
                    "http://:8000",
                    "http://:" + port,
                    "organizations/ORGANIZATION/workspaces/WORKSPACE/deployments/DEPLOYMENT",
                    deployment,
                    "/var/log/nginx/",
                    folder + "/",
                    "/etc/haproxy/",
                    folder + "/"));
            Configuration configuration = new Configuration(changes);
            List<String> command = new ArrayList<>(arguments(folder, configuration));
            command.add(
                    0,
                    places().filter(Files::isExecutable)
                            .findFirst()
                            .orElseThrow()
                            .toString());
            Running running = processes.startProgram(folder, program(), command);
            Await.until(program() + " listens", PATIENCE, () -> listens(running, port), running::text);
            return port;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean listens(Running running, int port) {
        assertTrue(running.isAlive(), running::text);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
