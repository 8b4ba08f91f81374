package dev.signet.authority.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.AuthorityConfig;
import dev.signet.verifier.ListenAddress;
import dev.signet.verifier.sidecar.SidecarConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The manifests start processes that take what they are told, and the parts of each fit together. */
final class KubernetesTest {
    private static final Path AUTHORITY = Path.of("deploy", "kubernetes", "authority.yaml");
    private static final Path SIDECAR = Path.of("..", "verifier", "deploy", "kubernetes", "sidecar.yaml");

    /** A part of a manifest, by the names in it. */
    private record Part(Map<?, ?> map) {
        Part at(String... path) {
            Object found = map;
            for (String name : path) {
                found = ((Map<?, ?>) found).get(name);
                assertTrue(found != null, () -> "no " + String.join(".", path) + " in " + map);
            }
            return new Part((Map<?, ?>) found);
        }

        String text(String name) {
            return String.valueOf(map.get(name));
        }

        List<Part> list(String name) {
            List<Part> parts = new ArrayList<>();
            if (map.get(name) instanceof List<?> list) {
                list.forEach(each -> parts.add(new Part((Map<?, ?>) each)));
            }
            return parts;
        }

        List<String> texts(String name) {
            return map.get(name) instanceof List<?> list
                    ? list.stream().map(String::valueOf).toList()
                    : List.of();
        }
    }

    private static Map<String, Part> read(Path file) throws IOException {
        Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        return StreamSupport.stream(yaml.loadAll(Files.readString(file)).spliterator(), false)
                .map(document -> new Part((Map<?, ?>) document))
                .collect(Collectors.toMap(part -> part.text("kind"), part -> part));
    }

    @Test
    void theAuthorityTakesWhatItIsTold() throws IOException {
        Map<String, Part> parts = read(AUTHORITY);
        Part container = container(parts, "authority");
        Map<String, String> environment = new HashMap<>();
        parts.get("ConfigMap").at("data").map().forEach((key, value) -> environment.put((String) key, (String) value));
        AuthorityConfig config = ServeCommand.config(settings(SettingTable.SERVE, container, "serve", environment));
        assertFalse(config.grpc().reflection());
        assertTrue(config.grpc().exposure().tls() != null);
        ListenAddress http = config.http().listen();
        assertTrue(http != null);
        assertEquals(
                Map.of("grpc", config.grpc().listen().port(), "http", http.port()),
                container.list("ports").stream()
                        .collect(Collectors.toMap(
                                port -> port.text("name"), port -> Integer.parseInt(port.text("containerPort")))));
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            Part asks = container.at(probe, "httpGet");
            assertEquals(probe.equals("readinessProbe") ? "/readyz" : "/healthz", asks.text("path"));
            assertEquals("http", asks.text("port"));
            assertEquals("HTTPS", asks.text("scheme"));
        }
        assertMounted(container, environment.values());
    }

    @Test
    void theAuthoritysPartsFitTogether() throws IOException {
        Map<String, Part> parts = read(AUTHORITY);
        Part template = parts.get("Deployment").at("spec", "template");
        Map<?, ?> labels = template.at("metadata", "labels").map();
        assertEquals(
                labels,
                parts.get("Deployment").at("spec", "selector", "matchLabels").map());
        assertEquals(labels, parts.get("Service").at("spec", "selector").map());
        assertEquals(
                labels,
                parts.get("PodDisruptionBudget")
                        .at("spec", "selector", "matchLabels")
                        .map());
        assertEquals(
                labels,
                parts.get("NetworkPolicy")
                        .at("spec", "podSelector", "matchLabels")
                        .map());
        List<String> ports = List.of("8470", "8471");
        assertEquals(
                ports,
                parts.get("Service").at("spec").list("ports").stream()
                        .map(port -> port.text("port"))
                        .toList());
        Part comesIn = parts.get("NetworkPolicy").at("spec").list("ingress").get(0);
        assertEquals(
                ports,
                comesIn.list("ports").stream().map(port -> port.text("port")).toList());
        assertEquals(
                parts.get("ServiceAccount").at("metadata").text("name"),
                template.at("spec").text("serviceAccountName"));
        // Who is let in is who a sidecar's pod is labelled as.
        assertEquals(
                "true",
                read(SIDECAR)
                        .get("Deployment")
                        .at("spec", "template", "metadata", "labels")
                        .text("signet-client"));
        assertTrue(comesIn.list("from")
                .get(0)
                .at("podSelector", "matchLabels")
                .map()
                .containsKey("signet-client"));
    }

    @Test
    void theSidecarTakesWhatItIsTold() throws IOException {
        Map<String, Part> parts = read(SIDECAR);
        Part container = container(parts, "signet");
        Map<String, String> environment = container.list("env").stream()
                .collect(Collectors.toMap(
                        each -> each.text("name"),
                        each -> each.map().containsKey("valueFrom") ? "from a secret" : each.text("value")));
        Settings settings = settings(SettingTable.SIDECAR, container, "sidecar", environment);
        SidecarConfig config = SidecarCommand.config(settings, new Credential("a token", null, null));
        assertTrue(config.authority().tls());
        assertTrue(config.listen().isLoopback() && config.httpListen().isLoopback());
        for (String probe : List.of("livenessProbe", "readinessProbe")) {
            String script = container.at(probe, "exec").texts("command").get(2);
            assertTrue(
                    script.contains("/dev/tcp/127.0.0.1/" + config.httpListen().port()), script);
        }
        assertMounted(container, environment.values());
        assertMounted(container, container.texts("args"));
        String socket = "unix:" + config.socket();
        assertTrue(container(parts, "workload").list("env").stream()
                .anyMatch(each -> each.text("value").equals(socket)));
        assertEquals(
                read(AUTHORITY).get("ConfigMap").at("data").text("SIGNET_ISSUER"), environment.get("SIGNET_ISSUER"));
    }

    @Test
    void nothingRunsWithMoreRightsThanItNeeds() throws IOException {
        for (Path file : List.of(AUTHORITY, SIDECAR)) {
            Part pod = read(file).get("Deployment").at("spec", "template", "spec");
            assertEquals("false", pod.text("automountServiceAccountToken"));
            assertEquals("true", pod.at("securityContext").text("runAsNonRoot"));
            assertEquals(
                    "RuntimeDefault",
                    pod.at("securityContext", "seccompProfile").text("type"));
            List<Part> containers = new ArrayList<>(pod.list("containers"));
            containers.addAll(pod.list("initContainers"));
            for (Part container : containers) {
                Part may = container.at("securityContext");
                assertEquals("false", may.text("allowPrivilegeEscalation"), container::toString);
                assertEquals("true", may.text("readOnlyRootFilesystem"), container::toString);
                assertEquals(List.of("ALL"), may.at("capabilities").texts("drop"), container::toString);
                for (Part mount : container.list("volumeMounts")) {
                    assertTrue(
                            pod.list("volumes").stream()
                                    .anyMatch(volume -> volume.text("name").equals(mount.text("name"))),
                            mount::toString);
                }
            }
        }
    }

    private static Part container(Map<String, Part> parts, String name) {
        return parts.get("Deployment").at("spec", "template", "spec").list("containers").stream()
                .filter(container -> container.text("name").equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** What the process makes of its arguments and environment, none of which it does not know. */
    private static Settings settings(
            List<Setting> table, Part container, String verb, Map<String, String> environment) {
        List<String> arguments = container.texts("args");
        assertEquals(verb, arguments.get(0));
        Map<Setting, String> flags = new HashMap<>();
        for (int index = 1; index < arguments.size(); index += 2) {
            String flag = arguments.get(index);
            flags.put(
                    table.stream()
                            .filter(setting -> flag.equals(setting.flag()))
                            .findFirst()
                            .orElseThrow(() -> new AssertionError("no flag " + flag)),
                    arguments.get(index + 1));
        }
        for (String variable : environment.keySet()) {
            assertTrue(table.stream().anyMatch(setting -> variable.equals(setting.variable())), variable);
        }
        return new Settings(table, flags, environment);
    }

    /** Each path is below what is mounted. */
    private static void assertMounted(Part container, Iterable<String> values) {
        List<String> mounts = container.list("volumeMounts").stream()
                .map(mount -> mount.text("mountPath"))
                .toList();
        for (String value : values) {
            if (value.startsWith("/")) {
                assertTrue(mounts.stream().anyMatch(mount -> (value + "/").startsWith(mount + "/")), value);
            }
        }
    }
}
