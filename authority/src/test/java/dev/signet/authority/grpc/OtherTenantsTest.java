package dev.signet.authority.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import dev.signet.authority.InProcess;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.tokens.Retry;
import dev.signet.v1.ApiKeyServiceGrpc;
import dev.signet.v1.AuditServiceGrpc;
import dev.signet.v1.DirectoryServiceGrpc;
import dev.signet.v1.RoleServiceGrpc;
import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.UserServiceGrpc;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.CustomRole;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every verb, with names of what another tenant has and of what nobody has: the answers are the same to the word, so that
 * whoever guesses names learns nothing.
 */
final class OtherTenantsTest {
    /** By method, a request that names as much as it can. */
    private static final Map<String, String> REQUESTS = Map.ofEntries(
            Map.entry("GetOrganization", "name: 'ORG'"),
            Map.entry("UpdateOrganization", "organization {name: 'ORG' display_name: 'x'}"),
            Map.entry("DeleteOrganization", "name: 'ORG'"),
            Map.entry("RevokeAll", "name: 'ORG'"),
            Map.entry("CreateWorkspace", "parent: 'ORG' workspace {display_name: 'x'}"),
            Map.entry("GetWorkspace", "name: 'WSP'"),
            Map.entry("ListWorkspaces", "parent: 'ORG'"),
            Map.entry("UpdateWorkspace", "workspace {name: 'WSP' display_name: 'x'}"),
            Map.entry("DeleteWorkspace", "name: 'WSP'"),
            Map.entry("CreateDeployment", "parent: 'WSP' deployment {display_name: 'x'}"),
            Map.entry("GetDeployment", "name: 'DEP'"),
            Map.entry("ListDeployments", "parent: 'WSP'"),
            Map.entry("UpdateDeployment", "deployment {name: 'DEP' display_name: 'x'}"),
            Map.entry("DeleteDeployment", "name: 'DEP'"),
            Map.entry("CreateToken", "parent: 'ORG' token {display_name: 'x' resource: 'DEP'}"),
            Map.entry("GetToken", "name: 'ORG/tokens/tok_'"),
            Map.entry("ListTokens", "parent: 'ORG' resource: 'DEP'"),
            Map.entry("UpdateToken", "token {name: 'ORG/tokens/tok_' display_name: 'x'}"),
            Map.entry("SetTokenGrant", "name: 'ORG/tokens/tok_' resource: 'DEP' role: 'DEPLOYMENT_ADMIN'"),
            Map.entry("RemoveTokenGrant", "name: 'ORG/tokens/tok_' resource: 'DEP'"),
            Map.entry("RotateToken", "name: 'ORG/tokens/tok_'"),
            Map.entry("DeleteToken", "name: 'ORG/tokens/tok_'"),
            Map.entry("CreateApiKey", "parent: 'DEP' api_key {display_name: 'x'}"),
            Map.entry("GetApiKey", "name: 'DEP/apiKeys/key_'"),
            Map.entry("ListApiKeys", "parent: 'DEP'"),
            Map.entry("UpdateApiKey", "api_key {name: 'DEP/apiKeys/key_' display_name: 'x'}"),
            Map.entry("EnableApiKey", "name: 'DEP/apiKeys/key_'"),
            Map.entry("DeleteApiKey", "name: 'DEP/apiKeys/key_'"),
            Map.entry("InviteUser", "parent: 'ORG' email: 'a@example.org' organization_role: 'ORGANIZATION_MEMBER'"),
            Map.entry("GetUser", "name: 'ORG/users/usr_'"),
            Map.entry("ListUsers", "parent: 'ORG' workspace: 'WSP'"),
            Map.entry("SetUserGrant", "name: 'ORG/users/usr_' resource: 'WSP' role: 'WORKSPACE_MEMBER'"),
            Map.entry("RemoveUserGrant", "name: 'ORG/users/usr_' resource: 'WSP'"),
            Map.entry("RemoveUser", "name: 'ORG/users/usr_'"),
            Map.entry("CreateUserToken", "name: 'ORG/users/usr_'"),
            Map.entry("CreateRole", "parent: 'ORG' role {display_name: 'x' permissions: 'deployment.get'}"),
            Map.entry("GetRole", "name: 'ORG/roles/rol_'"),
            Map.entry("ListRoles", "parent: 'ORG'"),
            Map.entry("UpdateRole", "role {name: 'ORG/roles/rol_' display_name: 'x' permissions: 'deployment.get'}"),
            Map.entry("DeleteRole", "name: 'ORG/roles/rol_'"),
            Map.entry("ExportAuditLog", "parent: 'ORG'"),
            Map.entry("VerifyAuditLog", "parent: 'ORG'"));

    /** Which name nothing. */
    private static final Set<String> WITHOUT =
            Set.of("CreateOrganization", "ListOrganizations", "WhoAmI", "RenewUserToken");

    private static final List<MethodDescriptor<?, ?>> METHODS = Stream.of(
                    DirectoryServiceGrpc.getServiceDescriptor(),
                    TokenServiceGrpc.getServiceDescriptor(),
                    ApiKeyServiceGrpc.getServiceDescriptor(),
                    UserServiceGrpc.getServiceDescriptor(),
                    RoleServiceGrpc.getServiceDescriptor(),
                    AuditServiceGrpc.getServiceDescriptor())
            .flatMap(service -> service.getMethods().stream())
            .toList();

    @TempDir
    private Path data;

    private TestAuthority authority;
    private InProcess port;
    private Call stranger;
    private ResourcePath own;
    private final List<Names> names = new ArrayList<>();

    /** What somebody has, or nobody. */
    private record Names(String org, String wsp, String dep, String tok, String key, String usr, String rol) {
        String in(String text) {
            String organization = "organizations/" + org;
            String workspace = organization + "/workspaces/" + wsp;
            return text.replaceAll("\\bORG\\b", organization)
                    .replaceAll("\\bWSP\\b", workspace)
                    .replaceAll("\\bDEP\\b", workspace + "/deployments/" + dep)
                    .replace("tok_", tok)
                    .replace("key_", key)
                    .replace("usr_", usr)
                    .replace("rol_", rol);
        }

        String outOf(String text) {
            return text.replace(org, "ORG")
                    .replace(wsp, "WSP")
                    .replace(dep, "DEP")
                    .replace(tok, "TOK")
                    .replace(key, "KEY")
                    .replace(usr, "USR")
                    .replace(rol, "ROL");
        }

        Names within(String organization) {
            return new Names(organization, wsp, dep, tok, key, usr, rol);
        }
    }

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        port = new InProcess(authority);
        own = authority.organization();
        stranger = authority.owner(own);
        ResourcePath organization = authority.organization();
        Call owner = authority.owner(organization);
        ResourcePath workspace = authority.workspace(owner, organization);
        ResourcePath deployment = authority.deployment(owner, workspace);
        Names theirs = new Names(
                organization.id(),
                workspace.id(),
                deployment.id(),
                authority.issue(owner, deployment, null).token().id(),
                authority
                        .apiKeys()
                        .create(owner, deployment, "a key", "", Retry.NEVER)
                        .key()
                        .id(),
                authority
                        .people()
                        .invite(owner, organization.id(), "a@example.org", "ORGANIZATION_MEMBER")
                        .id(),
                authority
                        .customRoles()
                        .create(
                                owner,
                                organization.id(),
                                "a role",
                                "",
                                new CustomRole(Set.of("deployment.get"), Set.of()))
                        .value()
                        .id());
        Names nobodys = new Names(
                authority.ids().next(IdType.ORGANIZATION),
                authority.ids().next(IdType.WORKSPACE),
                authority.ids().next(IdType.DEPLOYMENT),
                authority.ids().next(IdType.TOKEN),
                authority.ids().next(IdType.KEY),
                authority.ids().next(IdType.USER),
                authority.ids().next(IdType.ROLE));
        names.addAll(List.of(theirs, nobodys, nobodys.within(organization.id())));
    }

    @AfterEach
    void close() {
        port.close();
        authority.close();
    }

    @Test
    void everyMethodIsTried() {
        Set<String> all = new TreeSet<>(WITHOUT);
        all.addAll(REQUESTS.keySet());
        assertEquals(
                METHODS.stream()
                        .map(MethodDescriptor::getBareMethodName)
                        .collect(Collectors.toCollection(TreeSet::new)),
                all);
    }

    @Test
    void whatOthersHaveIsAnsweredLikeWhatNobodyHas() {
        Map<String, Set<String>> told = new TreeMap<>();
        Map<String, Set<String>> expected = new TreeMap<>();
        forEach((method, request) -> {
            Set<String> answers = new TreeSet<>();
            for (Names each : names) {
                WireError error = refused(method, each.in(request));
                answers.add(each.outOf(error.toString()));
                expected.put(method.getBareMethodName(), Set.of("NOT_FOUND"));
                told.computeIfAbsent(method.getBareMethodName(), name -> new TreeSet<>())
                        .add(error.code().name());
            }
            assertEquals(1, answers.size(), () -> method.getBareMethodName() + ": " + answers);
        });
        assertEquals(expected, told);
    }

    /** Ids of others' in a name that begins with the caller's own organization. */
    @Test
    void othersIdsAreUnknownBelowOnesOwn() {
        Names theirs = names.get(0).within(own.id());
        Names nobodys = names.get(1).within(own.id());
        forEach((method, request) -> {
            if (!request.contains("WSP") && !request.contains("DEP") && !request.contains("_'")) {
                return;
            }
            assertEquals(
                    nobodys.outOf(refused(method, nobodys.in(request)).toString()),
                    theirs.outOf(refused(method, theirs.in(request)).toString()),
                    method.getBareMethodName());
        });
    }

    private interface Each {
        void request(MethodDescriptor<?, ?> method, String request);
    }

    private void forEach(Each each) {
        for (MethodDescriptor<?, ?> method : METHODS) {
            String request = REQUESTS.get(method.getBareMethodName());
            if (request != null) {
                each.request(method, request);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private WireError refused(MethodDescriptor<?, ?> method, String request) {
        Message prototype = (Message) ((PrototypeMarshaller<?>) method.getRequestMarshaller()).getMessagePrototype();
        Message.Builder message = prototype.newBuilderForType();
        try {
            TextFormat.merge(request, message);
        } catch (TextFormat.ParseException e) {
            throw new AssertionError(request, e);
        }
        StatusRuntimeException refused = assertThrows(
                StatusRuntimeException.class,
                () -> ClientCalls.blockingServerStreamingCall(
                                port.channel(),
                                (MethodDescriptor<Message, Message>) method,
                                CallOptions.DEFAULT.withCallCredentials(
                                        InProcess.bearer(stranger.credential().text())),
                                message.build())
                        .forEachRemaining(answer -> {}),
                () -> method.getBareMethodName() + " " + request);
        return WireError.of(refused);
    }
}
