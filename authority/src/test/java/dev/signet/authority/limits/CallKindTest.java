package dev.signet.authority.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.v1.AccessTokenServiceGrpc;
import dev.signet.v1.ApiKeyServiceGrpc;
import dev.signet.v1.AuditServiceGrpc;
import dev.signet.v1.BackupServiceGrpc;
import dev.signet.v1.DirectoryServiceGrpc;
import dev.signet.v1.RoleServiceGrpc;
import dev.signet.v1.SigningKeyServiceGrpc;
import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.TrustServiceGrpc;
import dev.signet.v1.UserServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Every method of every service has its place; a new one is looked at by somebody. */
final class CallKindTest {
    private static final List<ServiceDescriptor> SERVICES = List.of(
            AccessTokenServiceGrpc.getServiceDescriptor(),
            ApiKeyServiceGrpc.getServiceDescriptor(),
            AuditServiceGrpc.getServiceDescriptor(),
            BackupServiceGrpc.getServiceDescriptor(),
            DirectoryServiceGrpc.getServiceDescriptor(),
            RoleServiceGrpc.getServiceDescriptor(),
            SigningKeyServiceGrpc.getServiceDescriptor(),
            TokenServiceGrpc.getServiceDescriptor(),
            TrustServiceGrpc.getServiceDescriptor(),
            UserServiceGrpc.getServiceDescriptor());

    private static Set<String> methods(CallKind kind) {
        Set<String> methods = new TreeSet<>();
        for (ServiceDescriptor service : SERVICES) {
            for (MethodDescriptor<?, ?> method : service.getMethods()) {
                if (CallKind.of(method.getBareMethodName()) == kind) {
                    methods.add(method.getBareMethodName());
                }
            }
        }
        return methods;
    }

    @Test
    void whatEndsSomethingIsKnownAsThat() {
        assertEquals(
                Set.of(
                        "DeleteApiKey",
                        "DeleteDeployment",
                        "DeleteOrganization",
                        "DeleteRole",
                        "DeleteToken",
                        "DeleteWorkspace",
                        "RemoveTokenGrant",
                        "RemoveUser",
                        "RemoveUserGrant"),
                methods(CallKind.DELETION));
        assertEquals(Set.of("RotateToken"), methods(CallKind.ROTATION));
        assertEquals(Set.of("RevokeAll", "RevokeSigningKey"), methods(CallKind.EMERGENCY));
        for (CallKind kind : List.of(CallKind.DELETION, CallKind.ROTATION, CallKind.EMERGENCY)) {
            assertTrue(kind.isRevocation());
        }
    }

    @Test
    void whatChangesSomethingIsKnownAsThat() {
        assertEquals(
                Set.of(
                        "CreateApiKey",
                        "CreateBackup",
                        "CreateDeployment",
                        "CreateOrganization",
                        "CreateRole",
                        "CreateToken",
                        "CreateUserToken",
                        "CreateWorkspace",
                        "EnableApiKey",
                        "InviteUser",
                        "RekeySigningKeys",
                        "RenewUserToken",
                        "RotateSigningKey",
                        "SetTokenGrant",
                        "SetUserGrant",
                        "UpdateApiKey",
                        "UpdateDeployment",
                        "UpdateOrganization",
                        "UpdateRole",
                        "UpdateToken",
                        "UpdateWorkspace"),
                methods(CallKind.CHANGE));
    }

    @Test
    void whatAsksIsKnownAsThat() {
        assertEquals(Set.of("ExchangeApiKey", "WhoAmI"), methods(CallKind.LOOKUP));
        assertEquals(Set.of("Watch"), methods(CallKind.FEED));
        for (String method : methods(CallKind.READ)) {
            assertTrue(method.matches("(Get|List|Verify|Export).*"), method);
        }
    }
}
