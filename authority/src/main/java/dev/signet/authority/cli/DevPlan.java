package dev.signet.authority.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.signet.verifier.ListenAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the two processes of {@code signet dev} run, and with which flags and environment.
 *
 * @param data the authority's folder
 * @param envFile where the environment to source is written
 * @param http where the authority's HTTP port is, null for none
 */
record DevPlan(
        Path data,
        Path envFile,
        ListenAddress authority,
        @Nullable ListenAddress http,
        ListenAddress sidecar,
        ListenAddress sidecarHttp,
        Duration maximumStaleness) {
    /** What the address of a unix socket can hold, without the terminating zero. */
    private static final int LONGEST_SOCKET_PATH = 107;

    static DevPlan of(Settings settings) {
        Path data = settings.path(SettingTable.DATA).toAbsolutePath().normalize();
        Path envFile = settings.optionalPath(SettingTable.ENV_FILE);
        ListenAddress http = settings.addressUnlessOff(SettingTable.HTTP_LISTEN);
        return new DevPlan(
                data,
                envFile == null
                        ? data.resolve("dev.env")
                        : envFile.toAbsolutePath().normalize(),
                free(SettingTable.LISTEN, settings.address(SettingTable.LISTEN)),
                http == null ? null : free(SettingTable.HTTP_LISTEN, http),
                free(SettingTable.DEV_SIDECAR_LISTEN, settings.address(SettingTable.DEV_SIDECAR_LISTEN)),
                free(SettingTable.DEV_SIDECAR_HTTP_LISTEN, settings.address(SettingTable.DEV_SIDECAR_HTTP_LISTEN)),
                settings.duration(SettingTable.MAXIMUM_STALENESS));
    }

    /** Whoever answers there must be ours: a port in use is found out before, and port 0 becomes one that is free. */
    private static ListenAddress free(Setting setting, ListenAddress address) {
        InetSocketAddress resolved = address.loopback(setting.key());
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(resolved);
            return new ListenAddress(address.host(), socket.getLocalPort());
        } catch (IOException e) {
            throw Failure.refused(setting.key() + ": " + address + " cannot be used, " + e.getMessage() + " ("
                    + setting.ways() + ")");
        }
    }

    Path platformToken() {
        return data.resolve("platform-token");
    }

    private Path sidecarData() {
        return data.resolve("sidecar");
    }

    /** Beside the authority's files; null where the path is too long for a socket. */
    @Nullable
    Path socket() {
        Path socket = sidecarData().resolve("verifier.sock");
        return socket.toString().getBytes(UTF_8).length > LONGEST_SOCKET_PATH ? null : socket;
    }

    List<String> serveArguments() {
        return List.of(
                "serve",
                "--data",
                data.toString(),
                "--listen",
                authority.toString(),
                "--http-listen",
                http == null ? "off" : http.toString(),
                "--maximum-staleness",
                DurationText.format(maximumStaleness));
    }

    List<String> sidecarArguments() {
        List<String> arguments = new ArrayList<>(List.of(
                "sidecar",
                "--authority",
                authority.toString(),
                "--listen",
                sidecar.toString(),
                "--http-listen",
                sidecarHttp.toString(),
                "--data",
                sidecarData().toString(),
                "--all-organizations"));
        Path socket = socket();
        if (socket != null) {
            arguments.addAll(List.of("--socket", socket.toString()));
        }
        return arguments;
    }

    /** @param given what this process has in its own */
    Map<String, String> serveEnvironment(Map<String, String> given) {
        Map<String, String> environment = environment(SettingTable.SERVE);
        // What is tried out must never land in a database that somebody relies on.
        SettingTable.WHICH_DATABASE.forEach(setting -> environment.put(variable(setting), ""));
        TlsSettings.NOT_FOR_DEV.forEach(setting -> environment.put(variable(setting), ""));
        // It is also there to be measured; who wants to meet the limits sets them.
        LimitSettings.RATES.stream()
                .map(DevPlan::variable)
                .filter(variable -> given.getOrDefault(variable, "").isBlank())
                .forEach(variable -> environment.put(variable, "off"));
        return environment;
    }

    Map<String, String> sidecarEnvironment(String platformToken) {
        Map<String, String> environment = environment(SettingTable.SIDECAR);
        environment.put(variable(SettingTable.ORGANIZATIONS), "");
        TlsSettings.NOT_FOR_DEV.forEach(setting -> environment.put(variable(setting), ""));
        // This one's authority is beside it, and signs with a key of its own.
        environment.put(variable(SettingTable.FEED_KEY), "");
        environment.put(variable(SettingTable.CREDENTIAL), platformToken);
        return environment;
    }

    /** Takes away what was meant for other processes; what the flags do not say stays as the environment has it. */
    private static Map<String, String> environment(List<Setting> kept) {
        Set<String> own = kept.stream().map(DevPlan::variable).collect(Collectors.toSet());
        Map<String, String> environment = new LinkedHashMap<>();
        Stream.of(SettingTable.SERVE, SettingTable.SIDECAR, SettingTable.DEV, SettingTable.CLIENT)
                .flatMap(List::stream)
                .map(DevPlan::variable)
                .filter(variable -> !variable.isEmpty() && !own.contains(variable))
                .forEach(variable -> environment.put(variable, ""));
        // We run what is built: the children must not start to build something newer.
        environment.put("SIGNET_BUILD", "never");
        return environment;
    }

    private static String variable(Setting setting) {
        return setting.variable() == null ? "" : setting.variable();
    }

    /** What a shell sources to use the two. */
    Map<String, String> exports(Demo demo) {
        Map<String, String> exports = new LinkedHashMap<>();
        exports.put("SIGNET_ADDRESS", authority.toString());
        exports.put("SIGNET_VERIFIER", sidecar.toString());
        exports.put("ASTRO_API_TOKEN", demo.token());
        exports.put("SIGNET_ORGANIZATION", Entry.id(demo.organization()));
        exports.put("SIGNET_WORKSPACE", Entry.id(demo.workspace()));
        exports.put("SIGNET_DEPLOYMENT", Entry.id(demo.deployment()));
        return exports;
    }
}
