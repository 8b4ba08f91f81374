package dev.signet.authority;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.google.protobuf.ByteString;
import com.google.protobuf.DebugFormat;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.signet.v1.ApiKeyProto;
import dev.signet.verifier.tls.Exposure;
import io.grpc.Metadata;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever holds a secret says nothing of it when it is printed: in a log, in an error, in a debugger. */
final class RedactionTest {
    private static final String HUSH = "hush-";

    /** What secrets are called here. */
    private static final Set<String> SECRET_NAMES = Set.of(
            "secret",
            "secretSha256",
            "token",
            "value",
            "text",
            "credential",
            "password",
            "pin",
            "masterKey",
            "body",
            "message",
            "sealed",
            "privateKey",
            "headers");

    private static final Set<String> LOOK_LIKE_SECRETS = Set.of("value", "secret", "token", "access_token", "password");

    /** Called so, and no secret, with what it is. */
    private static final Map<String, String> NO_SECRETS = Map.of(
            "dev.signet.authority.cli.Endpoint.text", "an address",
            "dev.signet.authority.keys.Pkcs11Config.token", "the label of a token of an HSM",
            "dev.signet.verifier.sidecar.HttpPage.body", "a page of the sidecar's own",
            "dev.signet.authority.store.WatchingVerifier.credential", "the name of one");

    /** What a record's own rules ask for. */
    private static final Map<String, String> OF_A_FORM = Map.of(
            "dev.signet.verifier.grpc.ApiKey.id",
            "key_01k8x3v4r5e6f7g8h9jamb0c1d",
            "dev.signet.verifier.grpc.ApiKey.secret",
            "sgk_" + HUSH + "secret",
            "dev.signet.verifier.ListenAddress.host",
            "127.0.0.1",
            "dev.signet.verifier.sidecar.SidecarConfig.feedKey",
            "A".repeat(43));

    /** Classes that hold a secret and say something, each with what that is. */
    private static final Map<String, String> WORDS = Map.of(
            "BearerToken", "nothing",
            "CompactToken", "the kid",
            "Pkcs11Vault", "library and label",
            "PlannedCall", "its kind",
            "SigningKey", "the kid",
            "TrustedFeedKey", "the id of a public key",
            "VerifiedToken", "sub and jti");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.signet.authority", "dev.signet.verifier");

    private static Stream<Class<?>> records() {
        return CLASSES.stream().filter(JavaClass::isRecord).map(JavaClass::reflect);
    }

    private static boolean isSecret(Class<?> type, RecordComponent component) {
        return Set.of(String.class, byte[].class, char[].class, HttpFields.class, Metadata.class)
                        .contains(component.getType())
                && SECRET_NAMES.contains(component.getName())
                && !NO_SECRETS.containsKey(type.getName() + "." + component.getName());
    }

    @TestFactory
    Stream<DynamicTest> recordsSayNothing() {
        List<Class<?>> holders = records()
                .filter(type ->
                        Arrays.stream(type.getRecordComponents()).anyMatch(component -> isSecret(type, component)))
                .toList();
        assertTrue(holders.size() > 15, holders::toString);
        return holders.stream().map(type -> DynamicTest.dynamicTest(type.getName(), () -> assertSaysNothing(type)));
    }

    private static void assertSaysNothing(Class<?> type) {
        Object made = Objects.requireNonNull(sample(type));
        String printed = made.toString();
        for (RecordComponent component : type.getRecordComponents()) {
            if (isSecret(type, component)) {
                assertFalse(printed.contains(HUSH + component.getName()), printed);
                assertFalse(printed.contains("[B@") || printed.contains("[C@"), printed);
            }
        }
    }

    /** One that has its own name in each text. */
    private static Object sample(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(Arrays.stream(components)
                    .map(component -> sample(type, component.getName(), component.getType()))
                    .toArray());
        } catch (InvocationTargetException e) {
            return fail("no sample of " + type.getName() + " can be made: " + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            return fail(e);
        }
    }

    private static @Nullable Object sample(Class<?> holder, String name, Class<?> type) {
        if (type == String.class) {
            return OF_A_FORM.getOrDefault(holder.getName() + "." + name, HUSH + name);
        } else if (type == byte[].class) {
            return (HUSH + name).getBytes(UTF_8);
        } else if (type == char[].class) {
            return (HUSH + name).toCharArray();
        } else if (type == HttpFields.class) {
            return HttpFields.build().put("Authorization", HUSH + name);
        } else if (type == Metadata.class) {
            Metadata metadata = new Metadata();
            metadata.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), HUSH + name);
            return metadata;
        } else if (type == int.class || type == long.class) {
            return type == int.class ? (Object) 1 : (Object) 1L;
        } else if (type == boolean.class) {
            return true;
        } else if (type == Duration.class) {
            return Duration.ofDays(1);
        } else if (type == Instant.class) {
            return Instant.EPOCH;
        } else if (type == Path.class) {
            return Path.of("/somewhere", name);
        } else if (type == List.class || type == Set.class || type == Map.class || type == Optional.class) {
            return empty(type);
        } else if (type == Exposure.class) {
            return Exposure.LOCAL;
        } else if (type.isEnum()) {
            return type.getEnumConstants()[0];
        } else if (type.isRecord()) {
            try {
                return sample(type);
            } catch (AssertionError e) {
                // It has rules of its own; whoever needs it for a word will say so.
                return null;
            }
        }
        return null;
    }

    private static Object empty(Class<?> type) {
        if (type == List.class) {
            return List.of();
        } else if (type == Set.class) {
            return Set.of();
        }
        return type == Map.class ? Map.of() : Optional.empty();
    }

    /** Every message that can carry one, as a log would print it. */
    @Test
    void messagesSayNothing() {
        List<String> marked = new ArrayList<>();
        List<String> forgotten = new ArrayList<>();
        for (FileDescriptor file : protocol()) {
            file.getMessageTypes().forEach(type -> look(type, marked, forgotten));
        }
        assertEquals(List.of(), forgotten, "fields that look like secrets and are not marked with debug_redact");
        assertTrue(marked.size() >= 13, marked::toString);
    }

    private static void look(Descriptor type, List<String> marked, List<String> forgotten) {
        type.getNestedTypes().forEach(nested -> look(nested, marked, forgotten));
        for (FieldDescriptor field : type.getFields()) {
            boolean isText =
                    field.getType() == FieldDescriptor.Type.STRING || field.getType() == FieldDescriptor.Type.BYTES;
            if (field.getOptions().getDebugRedact()) {
                marked.add(field.getFullName());
                if (isText && !field.isRepeated()) {
                    assertRedacted(type, field);
                }
            } else if (isText && LOOK_LIKE_SECRETS.contains(field.getName()) && !isEntry(type)) {
                forgotten.add(field.getFullName());
            }
        }
    }

    /** Of a map, which is marked as a whole. */
    private static boolean isEntry(Descriptor type) {
        return type.getOptions().getMapEntry();
    }

    private static void assertRedacted(Descriptor type, FieldDescriptor field) {
        Object value = field.getType() == FieldDescriptor.Type.STRING ? HUSH : ByteString.copyFromUtf8(HUSH);
        Message message = DynamicMessage.newBuilder(type).setField(field, value).build();
        String printed = DebugFormat.singleLine().toString(message);
        assertFalse(printed.contains(HUSH), printed);
        assertTrue(printed.contains("REDACTED"), printed);
    }

    private static Set<FileDescriptor> protocol() {
        Set<FileDescriptor> files = new LinkedHashSet<>();
        Stream.of(
                        ApiKeyProto.getDescriptor(),
                        dev.signet.v1.Token.getDescriptor().getFile(),
                        dev.signet.v1.User.getDescriptor().getFile(),
                        dev.signet.v1.Verdict.getDescriptor().getFile(),
                        dev.signet.v1.Snapshot.getDescriptor().getFile(),
                        dev.signet.v1.SigningKey.getDescriptor().getFile(),
                        dev.signet.v1.Organization.getDescriptor().getFile(),
                        dev.signet.v1.AuditEvent.getDescriptor().getFile(),
                        dev.signet.envoy.v3.CheckRequest.getDescriptor().getFile())
                .forEach(file -> {
                    files.add(file);
                    file.getDependencies().stream()
                            .filter(each -> each.getPackage().startsWith("signet"))
                            .forEach(files::add);
                });
        return files;
    }

    /** One that comes must be looked at, and written down. */
    @Test
    void classesThatHoldSecretsAreKnown() {
        assertEquals(
                new TreeSet<>(WORDS.keySet()),
                CLASSES.stream()
                        .filter(type -> !type.isRecord() && !type.isInterface() && !type.isEnum())
                        .filter(type -> type.tryGetMethod("toString").isPresent())
                        .filter(type -> type.getFields().stream()
                                .anyMatch(field -> !field.getModifiers().contains(JavaModifier.STATIC)
                                        && SECRET_NAMES.contains(field.getName())))
                        .map(JavaClass::getSimpleName)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dev.signet.verifier.feed.BearerToken",
                "dev.signet.verifier.token.CompactToken",
                "dev.signet.authority.load.PlannedCall"
            })
    void classesSayNothing(String name) throws ReflectiveOperationException {
        Class<?> type = Class.forName(name);
        Constructor<?> constructor = type.getDeclaredConstructors()[0];
        constructor.setAccessible(true);
        Object made = constructor.newInstance(Arrays.stream(constructor.getParameterTypes())
                .map(parameter -> sample(type, "secret", parameter))
                .toArray());
        assertFalse(made.toString().contains(HUSH + "secret"), made.toString());
    }
}
