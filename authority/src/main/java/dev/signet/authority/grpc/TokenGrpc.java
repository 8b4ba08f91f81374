package dev.signet.authority.grpc;

import static dev.signet.authority.grpc.CallerGate.presented;
import static dev.signet.authority.grpc.Wire.answer;

import com.google.protobuf.FieldMask;
import dev.signet.authority.access.Caller;
import dev.signet.authority.directory.Directory;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.ApiToken;
import dev.signet.authority.tokens.Tokens;
import dev.signet.authority.tokens.Tokens.NewToken;
import dev.signet.authority.tokens.Tokens.WithValue;
import dev.signet.v1.CreateTokenRequest;
import dev.signet.v1.CreateTokenResponse;
import dev.signet.v1.DeleteTokenRequest;
import dev.signet.v1.DeleteTokenResponse;
import dev.signet.v1.GetTokenRequest;
import dev.signet.v1.GetTokenResponse;
import dev.signet.v1.Grant;
import dev.signet.v1.ListTokensRequest;
import dev.signet.v1.ListTokensResponse;
import dev.signet.v1.RotateTokenRequest;
import dev.signet.v1.RotateTokenResponse;
import dev.signet.v1.Token;
import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.UpdateTokenRequest;
import dev.signet.v1.UpdateTokenResponse;
import dev.signet.v1.WhoAmIRequest;
import dev.signet.v1.WhoAmIResponse;
import dev.signet.verifier.token.ResourcePath;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code TokenService}: requests to {@link Tokens} and back. */
public final class TokenGrpc extends TokenServiceGrpc.TokenServiceImplBase {
    private static final String DISPLAY_NAME = "display_name";
    private static final String DESCRIPTION = "description";

    private final Tokens tokens;
    private final Directory directory;

    public TokenGrpc(Tokens tokens, Directory directory) {
        this.tokens = tokens;
        this.directory = directory;
    }

    @Override
    public void createToken(CreateTokenRequest request, StreamObserver<CreateTokenResponse> response) {
        ResourcePath parent = Names.organization("parent", request.getParent());
        Token wanted = request.getToken();
        ResourcePath resource = inside(parent, "token.resource", wanted.getResource());
        WithValue created = tokens.create(
                presented(),
                new NewToken(
                        resource,
                        wanted.getDisplayName(),
                        wanted.getDescription(),
                        role(wanted, resource),
                        wanted.hasExpiryPeriodDays() ? wanted.getExpiryPeriodDays() : null));
        answer(
                response,
                CreateTokenResponse.newBuilder()
                        .setToken(Wire.token(created.token()))
                        .setValue(created.value())
                        .build());
    }

    @Override
    public void getToken(GetTokenRequest request, StreamObserver<GetTokenResponse> response) {
        Names.TokenName name = Names.token("name", request.getName());
        ApiToken token = tokens.get(presented(), name.organization(), name.id());
        answer(
                response,
                GetTokenResponse.newBuilder().setToken(Wire.token(token)).build());
    }

    @Override
    public void listTokens(ListTokensRequest request, StreamObserver<ListTokensResponse> response) {
        ResourcePath parent = Names.organization("parent", request.getParent());
        Paging paging = Paging.of(request.getPageSize(), request.getPageToken());
        ResourcePath resource =
                request.getResource().isEmpty() ? null : inside(parent, "resource", request.getResource());
        List<ApiToken> found =
                tokens.list(presented(), parent.organization(), resource, paging.after(), paging.lookAhead());
        answer(
                response,
                ListTokensResponse.newBuilder()
                        .addAllTokens(
                                paging.page(found).stream().map(Wire::token).toList())
                        .setNextPageToken(paging.next(found, ApiToken::id))
                        .build());
    }

    @Override
    public void updateToken(UpdateTokenRequest request, StreamObserver<UpdateTokenResponse> response) {
        Token wanted = request.getToken();
        Names.TokenName name = Names.token("token.name", wanted.getName());
        FieldMask mask = request.getUpdateMask();
        Wire.requireMask(mask, Set.of(DISPLAY_NAME, DESCRIPTION));
        ApiToken updated = tokens.update(
                presented(),
                name.organization(),
                name.id(),
                Wire.changes(mask, DISPLAY_NAME) ? wanted.getDisplayName() : null,
                Wire.changes(mask, DESCRIPTION) ? wanted.getDescription() : null,
                Wire.orNull(wanted.getEtag()));
        answer(
                response,
                UpdateTokenResponse.newBuilder().setToken(Wire.token(updated)).build());
    }

    @Override
    public void rotateToken(RotateTokenRequest request, StreamObserver<RotateTokenResponse> response) {
        Names.TokenName name = Names.token("name", request.getName());
        WithValue rotated = tokens.rotate(presented(), name.organization(), name.id());
        answer(
                response,
                RotateTokenResponse.newBuilder()
                        .setToken(Wire.token(rotated.token()))
                        .setValue(rotated.value())
                        .build());
    }

    @Override
    public void deleteToken(DeleteTokenRequest request, StreamObserver<DeleteTokenResponse> response) {
        Names.TokenName name = Names.token("name", request.getName());
        tokens.delete(presented(), name.organization(), name.id());
        answer(response, DeleteTokenResponse.getDefaultInstance());
    }

    @Override
    public void whoAmI(WhoAmIRequest request, StreamObserver<WhoAmIResponse> response) {
        Caller caller = tokens.whoAmI(presented());
        WhoAmIResponse.Builder message = WhoAmIResponse.newBuilder()
                .setPrincipal(Wire.principal(caller))
                .addAllGrants(Wire.grants(caller.grants()));
        Instant expiry = caller.claims().expiry();
        if (expiry != null) {
            message.setExpireTime(Wire.time(expiry));
        }
        answer(response, message.build());
    }

    private ResourcePath inside(ResourcePath parent, String field, String name) {
        ResourcePath resource =
                Names.any(field, name, (organization, id) -> directory.locate(presented(), organization, id));
        if (!resource.organization().equals(parent.organization())) {
            throw Refusal.invalid(field, "must lie in the parent");
        }
        return resource;
    }

    /** The one role, on the token's own resource; null where none is named. */
    private static @Nullable String role(Token wanted, ResourcePath resource) {
        if (wanted.getGrantsCount() == 0) {
            return null;
        }
        Grant grant = wanted.getGrants(0);
        if (wanted.getGrantsCount() > 1 || !grant.getResource().equals(resource.id())) {
            throw Refusal.invalid("token.grants", "must hold one role, on " + resource.id());
        }
        return grant.getRole();
    }
}
