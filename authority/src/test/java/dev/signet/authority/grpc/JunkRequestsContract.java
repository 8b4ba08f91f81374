package dev.signet.authority.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.signet.authority.InProcess;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.v1.AccessTokenServiceGrpc;
import dev.signet.v1.ApiKeyProto;
import dev.signet.v1.ApiKeyServiceGrpc;
import dev.signet.v1.AuditProto;
import dev.signet.v1.AuditServiceGrpc;
import dev.signet.v1.DirectoryProto;
import dev.signet.v1.DirectoryServiceGrpc;
import dev.signet.v1.RoleProto;
import dev.signet.v1.RoleServiceGrpc;
import dev.signet.v1.TokenProto;
import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.UserProto;
import dev.signet.v1.UserServiceGrpc;
import dev.signet.verifier.token.ResourcePath;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every method with requests that nobody should send: refused with a status of the closed set, and said why. */
abstract class JunkRequestsContract {
    private static final Set<Status.Code> CLOSED_SET = EnumSet.of(
            Status.Code.OK,
            Status.Code.INVALID_ARGUMENT,
            Status.Code.UNAUTHENTICATED,
            Status.Code.PERMISSION_DENIED,
            Status.Code.NOT_FOUND,
            Status.Code.ALREADY_EXISTS,
            Status.Code.FAILED_PRECONDITION,
            Status.Code.ABORTED);
    private static final int ROUNDS = 60;

    @TempDir
    private Path data;

    private final Random random = new Random(20260301);
    private TestAuthority authority;
    private InProcess server;
    private List<String> texts;

    /** An authority over the store in question. */
    abstract TestAuthority open(Path data);

    @BeforeEach
    void open() {
        authority = open(data);
        server = new InProcess(authority);
        ResourcePath organization = authority.organization();
        Call owner = authority.owner(organization);
        ResourcePath workspace = authority.workspace(owner, organization);
        ResourcePath deployment = authority.deployment(owner, workspace);
        ResourcePath foreign = authority.organization();
        texts = List.of(
                "",
                " ",
                "-",
                "/",
                "organizations/",
                "organizations/-",
                "organizations/-/workspaces/-/deployments/-",
                organization.name(),
                organization.name() + "/",
                organization.id(),
                workspace.name(),
                deployment.name(),
                organization.name() + "/workspaces/-",
                organization.name() + "/workspaces/-/deployments/" + deployment.deployment(),
                organization.name() + "/workspaces/-/deployments/-",
                foreign.name(),
                foreign.name() + "/workspaces/-/deployments/" + deployment.deployment(),
                foreign.name() + "/tokens/" + owner.claims().subject(),
                "organizations/ORG_" + organization.id().substring(4),
                organization.name() + "\u0000",
                organization.name() + "/tokens/tok_" + organization.id().substring(4),
                "WORKSPACE_MEMBER",
                "ORGANIZATION_OWNER",
                "display_name",
                "x".repeat(257),
                "🔏".repeat(5_000),
                "'; DROP TABLE ledger; --",
                "\u0000\u0001\uffff\u202e",
                "1",
                "9".repeat(40));
    }

    @AfterEach
    void close() {
        server.close();
        authority.close();
    }

    private List<String> callers() {
        ResourcePath organization = authority.organization();
        Call owner = authority.owner(organization);
        Call deleted = authority.owner(organization);
        authority.tokens().delete(owner, organization.id(), deleted.claims().subject());
        return List.of(
                authority.platformText(),
                owner.credential().text(),
                authority
                        .token(owner, organization, "ORGANIZATION_MEMBER")
                        .credential()
                        .text(),
                deleted.credential().text());
    }

    @Test
    void everyMethodAnswersFromTheClosedSet() {
        // In this order, as what is deleted is not there for later methods.
        List<MethodDescriptor<?, ?>> methods = new ArrayList<>();
        for (ServiceDescriptor service : List.of(
                TokenServiceGrpc.getServiceDescriptor(),
                ApiKeyServiceGrpc.getServiceDescriptor(),
                AccessTokenServiceGrpc.getServiceDescriptor(),
                UserServiceGrpc.getServiceDescriptor(),
                RoleServiceGrpc.getServiceDescriptor(),
                AuditServiceGrpc.getServiceDescriptor(),
                DirectoryServiceGrpc.getServiceDescriptor())) {
            methods.addAll(service.getMethods());
        }
        assertEquals(
                Stream.of(
                                TokenProto.getDescriptor(),
                                ApiKeyProto.getDescriptor(),
                                UserProto.getDescriptor(),
                                RoleProto.getDescriptor(),
                                AuditProto.getDescriptor(),
                                DirectoryProto.getDescriptor())
                        .flatMap(file -> file.getServices().stream())
                        .mapToInt(service -> service.getMethods().size())
                        .sum(),
                methods.size());
        Set<Status.Code> seen = EnumSet.noneOf(Status.Code.class);
        for (String caller : callers()) {
            for (MethodDescriptor<?, ?> method : methods) {
                seen.add(call(method, prototype(method), caller));
                for (int round = 0; round < ROUNDS; round++) {
                    seen.add(call(method, junk(prototype(method), 2), caller));
                }
            }
        }
        assertTrue(
                seen.containsAll(Set.of(
                        Status.Code.INVALID_ARGUMENT,
                        Status.Code.NOT_FOUND,
                        Status.Code.UNAUTHENTICATED,
                        Status.Code.PERMISSION_DENIED)),
                "the junk was all of one kind: " + seen);
    }

    private static Message prototype(MethodDescriptor<?, ?> method) {
        return (Message) ((PrototypeMarshaller<?>) method.getRequestMarshaller()).getMessagePrototype();
    }

    @SuppressWarnings("unchecked")
    private Status.Code call(MethodDescriptor<?, ?> method, Message request, String caller) {
        try {
            // Methods with one answer are streams of one.
            ClientCalls.blockingServerStreamingCall(
                            server.channel(),
                            (MethodDescriptor<Message, Message>) method,
                            CallOptions.DEFAULT.withCallCredentials(InProcess.bearer(caller)),
                            request)
                    .forEachRemaining(answer -> {});
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            WireError error = WireError.of(e);
            String what = method.getFullMethodName() + " " + request + " → " + error;
            assertTrue(CLOSED_SET.contains(error.code()), what);
            assertEquals("signet.dev", error.domain(), what);
            assertTrue(error.reason().matches("[A-Z][A-Z0-9_]+"), what);
            assertEquals(
                    error.code() == Status.Code.INVALID_ARGUMENT,
                    error.violations().size() == 1,
                    what);
            assertFalse(error.toString().contains(caller.substring(caller.lastIndexOf('.') + 1)), what);
            return error.code();
        }
    }

    private Message junk(Message prototype, int depth) {
        Message.Builder message = prototype.newBuilderForType();
        for (FieldDescriptor field : prototype.getDescriptorForType().getFields()) {
            int times = field.isRepeated() ? random.nextInt(3) : random.nextInt(4) == 0 ? 0 : 1;
            for (int i = 0; i < times; i++) {
                Object value = value(message, field, depth);
                if (value != null && field.isRepeated()) {
                    message.addRepeatedField(field, value);
                } else if (value != null) {
                    message.setField(field, value);
                }
            }
        }
        return message.build();
    }

    private Object value(Message.Builder message, FieldDescriptor field, int depth) {
        int[] numbers = {0, 1, -1, 1000, 1001, 3651, Integer.MAX_VALUE, Integer.MIN_VALUE};
        int number = numbers[random.nextInt(numbers.length)];
        return switch (field.getJavaType()) {
            case STRING -> texts.get(random.nextInt(texts.size()));
            case INT -> number;
            case LONG -> (long) number << 20;
            case BOOLEAN -> random.nextBoolean();
            case ENUM -> field.getEnumType().findValueByNumberCreatingIfUnknown(number);
            case MESSAGE ->
                depth == 0 ? null : junk(message.newBuilderForField(field).getDefaultInstanceForType(), depth - 1);
            case BYTE_STRING, FLOAT, DOUBLE -> null;
        };
    }
}
