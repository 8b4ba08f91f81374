package dev.signet.authority.cli;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import dev.signet.v1.CreateTokenRequest;
import dev.signet.v1.CreateTokenResponse;
import dev.signet.v1.DeleteTokenRequest;
import dev.signet.v1.DeleteTokenResponse;
import dev.signet.v1.GetTokenRequest;
import dev.signet.v1.GetTokenResponse;
import dev.signet.v1.Grant;
import dev.signet.v1.Kind;
import dev.signet.v1.ListTokensRequest;
import dev.signet.v1.ListTokensResponse;
import dev.signet.v1.Principal;
import dev.signet.v1.RemoveTokenGrantRequest;
import dev.signet.v1.RemoveTokenGrantResponse;
import dev.signet.v1.RotateTokenRequest;
import dev.signet.v1.RotateTokenResponse;
import dev.signet.v1.Scope;
import dev.signet.v1.SetTokenGrantRequest;
import dev.signet.v1.SetTokenGrantResponse;
import dev.signet.v1.Token;
import dev.signet.v1.TokenServiceGrpc.TokenServiceImplBase;
import dev.signet.v1.UpdateTokenRequest;
import dev.signet.v1.UpdateTokenResponse;
import dev.signet.v1.WhoAmIRequest;
import dev.signet.v1.WhoAmIResponse;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tokens in memory; pages hold two. */
final class FakeTokens extends TokenServiceImplBase {
    static final String ORGANIZATION = "organizations/org_1";
    static final String WORKSPACE = ORGANIZATION + "/workspaces/wsp_1";
    static final int PAGE = 2;

    final Map<String, Token> tokens = new LinkedHashMap<>();
    final List<Object> requests = new ArrayList<>();
    /** How many updates are still refused because somebody was faster. */
    int conflicts;

    FakeTokens with(String id, String displayName, Scope scope, String resource) {
        String name = ORGANIZATION + "/tokens/" + id;
        tokens.put(
                name,
                Token.newBuilder()
                        .setName(name)
                        .setDisplayName(displayName)
                        .setScope(scope)
                        .setResource(resource)
                        .addGrants(Grant.newBuilder()
                                .setResource(Entry.id(resource))
                                .setRole("WORKSPACE_OPERATOR"))
                        .setEtag("7")
                        .setCreateTime(Timestamp.newBuilder().setSeconds(Cli.NOW.getEpochSecond() - 7200))
                        .setCreatedBy(ORGANIZATION + "/tokens/tok_0")
                        .build());
        return this;
    }

    @Override
    public void createToken(CreateTokenRequest request, StreamObserver<CreateTokenResponse> answer) {
        requests.add(request);
        Token token = request.getToken().toBuilder()
                .setName(request.getParent() + "/tokens/tok_9")
                .build();
        answer(
                answer,
                CreateTokenResponse.newBuilder()
                        .setToken(token)
                        .setValue("the-value")
                        .build());
    }

    @Override
    public void getToken(GetTokenRequest request, StreamObserver<GetTokenResponse> answer) {
        requests.add(request);
        Token token = tokens.get(request.getName());
        if (token == null) {
            answer.onError(StatusProto.toStatusRuntimeException(Status.newBuilder()
                    .setCode(Code.NOT_FOUND_VALUE)
                    .setMessage("no such token")
                    .addDetails(Any.pack(
                            ErrorInfo.newBuilder().setReason("TOKEN_NOT_FOUND").build()))
                    .addDetails(Any.pack(BadRequest.newBuilder()
                            .addFieldViolations(BadRequest.FieldViolation.newBuilder()
                                    .setField("name")
                                    .setDescription("unknown"))
                            .build()))
                    .build()));
            return;
        }
        answer(answer, GetTokenResponse.newBuilder().setToken(token).build());
    }

    @Override
    public void listTokens(ListTokensRequest request, StreamObserver<ListTokensResponse> answer) {
        requests.add(request);
        String resource = Entry.id(request.getResource());
        List<Token> found = tokens.values().stream()
                .filter(token ->
                        request.getScope() == Scope.SCOPE_UNSPECIFIED || token.getScope() == request.getScope())
                .filter(token -> resource.isEmpty()
                        || token.getGrantsList().stream()
                                .anyMatch(grant -> grant.getResource().equals(resource)))
                .toList();
        int from = request.getPageToken().isEmpty() ? 0 : Integer.parseInt(request.getPageToken());
        int to = Math.min(found.size(), from + Math.min(PAGE, request.getPageSize()));
        answer(
                answer,
                ListTokensResponse.newBuilder()
                        .addAllTokens(found.subList(from, to))
                        .setNextPageToken(to < found.size() ? String.valueOf(to) : "")
                        .build());
    }

    @Override
    public void updateToken(UpdateTokenRequest request, StreamObserver<UpdateTokenResponse> answer) {
        requests.add(request);
        if (conflicts > 0) {
            conflicts--;
            answer.onError(
                    io.grpc.Status.ABORTED.withDescription("changed meanwhile").asRuntimeException());
            return;
        }
        Token updated = tokens.get(request.getToken().getName()).toBuilder()
                .setDisplayName(request.getToken().getDisplayName())
                .build();
        answer(answer, UpdateTokenResponse.newBuilder().setToken(updated).build());
    }

    @Override
    public void setTokenGrant(SetTokenGrantRequest request, StreamObserver<SetTokenGrantResponse> answer) {
        requests.add(request);
        Token updated = without(request.getName(), request.getResource())
                .addGrants(Grant.newBuilder()
                        .setResource(Entry.id(request.getResource()))
                        .setRole(request.getRole()))
                .build();
        tokens.put(request.getName(), updated);
        answer(answer, SetTokenGrantResponse.newBuilder().setToken(updated).build());
    }

    @Override
    public void removeTokenGrant(RemoveTokenGrantRequest request, StreamObserver<RemoveTokenGrantResponse> answer) {
        requests.add(request);
        Token updated = without(request.getName(), request.getResource()).build();
        tokens.put(request.getName(), updated);
        answer(answer, RemoveTokenGrantResponse.newBuilder().setToken(updated).build());
    }

    private Token.Builder without(String name, String resource) {
        Token token = tokens.get(name);
        return token.toBuilder()
                .clearGrants()
                .addAllGrants(token.getGrantsList().stream()
                        .filter(grant -> !grant.getResource().equals(Entry.id(resource)))
                        .toList());
    }

    @Override
    public void rotateToken(RotateTokenRequest request, StreamObserver<RotateTokenResponse> answer) {
        requests.add(request);
        answer(
                answer,
                RotateTokenResponse.newBuilder()
                        .setToken(tokens.get(request.getName()))
                        .setValue("another-value")
                        .build());
    }

    @Override
    public void deleteToken(DeleteTokenRequest request, StreamObserver<DeleteTokenResponse> answer) {
        requests.add(request);
        tokens.remove(request.getName());
        answer(answer, DeleteTokenResponse.getDefaultInstance());
    }

    @Override
    public void whoAmI(WhoAmIRequest request, StreamObserver<WhoAmIResponse> answer) {
        answer(
                answer,
                WhoAmIResponse.newBuilder()
                        .setPrincipal(
                                Principal.newBuilder().setName("platform/plt_1").setKind(Kind.KIND_PLATFORM))
                        .build());
    }

    private static <T extends Message> void answer(StreamObserver<T> answer, T message) {
        answer.onNext(FakePropagation.in(message));
        answer.onCompleted();
    }
}
