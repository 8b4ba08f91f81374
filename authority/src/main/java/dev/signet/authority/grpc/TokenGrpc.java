package dev.signet.authority.grpc;

import static dev.signet.authority.grpc.CallerGate.call;
import static dev.signet.authority.grpc.Wire.answer;

import com.google.protobuf.FieldMask;
import dev.signet.authority.access.Caller;
import dev.signet.authority.directory.Directory;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.ApiToken;
import dev.signet.authority.store.Ledger.Committed;
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
import dev.signet.v1.RemoveTokenGrantRequest;
import dev.signet.v1.RemoveTokenGrantResponse;
import dev.signet.v1.RotateTokenRequest;
import dev.signet.v1.RotateTokenResponse;
import dev.signet.v1.SetTokenGrantRequest;
import dev.signet.v1.SetTokenGrantResponse;
import dev.signet.v1.Token;
import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.UpdateTokenRequest;
import dev.signet.v1.UpdateTokenResponse;
import dev.signet.v1.WhoAmIRequest;
import dev.signet.v1.WhoAmIResponse;
import dev.signet.verifier.token.ResourcePath;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code TokenService}: requests to {@link Tokens} and back. */
public final class TokenGrpc extends TokenServiceGrpc.TokenServiceImplBase {
    private static final String DISPLAY_NAME = "display_name";
    private static final String DESCRIPTION = "description";
    private static final String GRANTS = "grants";

    private final Tokens tokens;
    private final Directory directory;
    private final ChangeAnswers changes;
    private final InstantSource clock;

    public TokenGrpc(Tokens tokens, Directory directory, ChangeAnswers changes, InstantSource clock) {
        this.tokens = tokens;
        this.directory = directory;
        this.changes = changes;
        this.clock = clock;
    }

    @Override
    public void createToken(CreateTokenRequest request, StreamObserver<CreateTokenResponse> response) {
        ResourcePath parent = Names.organization("parent", request.getParent());
        Token wanted = request.getToken();
        ResourcePath resource = inside(parent, "token.resource", wanted.getResource());
        WithValue created = tokens.create(
                call(),
                new NewToken(
                        resource,
                        wanted.getDisplayName(),
                        wanted.getDescription(),
                        roles(parent, wanted.getGrantsList()),
                        wanted.hasExpiryPeriodDays() ? wanted.getExpiryPeriodDays() : null,
                        request.getAudience(),
                        Fingerprint.of(
                                request.getRequestId(),
                                request.toBuilder().clearRequestId().build())));
        answer(
                response,
                CreateTokenResponse.newBuilder()
                        .setToken(Wire.token(created.token()))
                        .setValue(created.value())
                        .build());
    }

    @Override
    public void getToken(GetTokenRequest request, StreamObserver<GetTokenResponse> response) {
        Names.InOrganization name = Names.token("name", request.getName());
        ApiToken token = tokens.get(call(), name.organization(), name.id());
        answer(
                response,
                GetTokenResponse.newBuilder().setToken(Wire.token(token)).build());
    }

    @Override
    public void listTokens(ListTokensRequest request, StreamObserver<ListTokensResponse> response) {
        ResourcePath parent = Names.organization("parent", request.getParent());
        ResourcePath resource =
                request.getResource().isEmpty() ? null : inside(parent, "resource", request.getResource());
        TokenPage page = TokenPage.of(request, parent.organization(), resource, clock.instant());
        List<ApiToken> found = tokens.list(call(), page.query(), resource);
        answer(
                response,
                ListTokensResponse.newBuilder()
                        .addAllTokens(
                                page.items(found).stream().map(Wire::token).toList())
                        .setNextPageToken(page.next(found))
                        .build());
    }

    @Override
    public void updateToken(UpdateTokenRequest request, StreamObserver<UpdateTokenResponse> response) {
        Token wanted = request.getToken();
        Names.InOrganization name = Names.token("token.name", wanted.getName());
        FieldMask mask = request.getUpdateMask();
        Wire.requireMask(mask, Set.of(DISPLAY_NAME, DESCRIPTION, GRANTS));
        boolean regrants = mask.getPathsList().contains(GRANTS);
        Duration wait = ChangeAnswers.wait(request.hasWait(), request.getWait());
        Committed<ApiToken> updated = tokens.update(
                call(),
                name.organization(),
                name.id(),
                Wire.changes(mask, DISPLAY_NAME) ? wanted.getDisplayName() : null,
                Wire.changes(mask, DESCRIPTION) ? wanted.getDescription() : null,
                regrants ? roles(ResourcePath.organization(name.organization()), wanted.getGrantsList()) : null,
                Wire.orNull(wanted.getEtag()));
        UpdateTokenResponse.Builder message = UpdateTokenResponse.newBuilder().setToken(Wire.token(updated.value()));
        if (regrants) {
            changes.answer(
                    response,
                    name.organization(),
                    updated,
                    wait,
                    propagation -> message.setPropagation(propagation).build());
        } else {
            // Verifiers know tokens by their ids.
            answer(response, message.build());
        }
    }

    @Override
    public void setTokenGrant(SetTokenGrantRequest request, StreamObserver<SetTokenGrantResponse> response) {
        Names.InOrganization name = Names.token("name", request.getName());
        ResourcePath resource =
                inside(ResourcePath.organization(name.organization()), "resource", request.getResource());
        Duration wait = ChangeAnswers.wait(request.hasWait(), request.getWait());
        Committed<ApiToken> updated = tokens.setGrant(
                call(), name.organization(), name.id(), resource, request.getRole(), Wire.orNull(request.getEtag()));
        changes.answer(
                response,
                name.organization(),
                updated,
                wait,
                propagation -> SetTokenGrantResponse.newBuilder()
                        .setToken(Wire.token(updated.value()))
                        .setPropagation(propagation)
                        .build());
    }

    @Override
    public void removeTokenGrant(RemoveTokenGrantRequest request, StreamObserver<RemoveTokenGrantResponse> response) {
        Names.InOrganization name = Names.token("name", request.getName());
        ResourcePath resource =
                inside(ResourcePath.organization(name.organization()), "resource", request.getResource());
        Duration wait = ChangeAnswers.wait(request.hasWait(), request.getWait());
        Committed<ApiToken> updated = tokens.removeGrant(call(), name.organization(), name.id(), resource);
        changes.answer(
                response,
                name.organization(),
                updated,
                wait,
                propagation -> RemoveTokenGrantResponse.newBuilder()
                        .setToken(Wire.token(updated.value()))
                        .setPropagation(propagation)
                        .build());
    }

    @Override
    public void rotateToken(RotateTokenRequest request, StreamObserver<RotateTokenResponse> response) {
        Names.InOrganization name = Names.token("name", request.getName());
        Duration wait = ChangeAnswers.wait(request.hasWait(), request.getWait());
        Committed<WithValue> rotated = tokens.rotate(
                call(),
                name.organization(),
                name.id(),
                Wire.duration(request.hasGrace(), request.getGrace(), Duration.ZERO),
                // Whoever tries again may wait for longer.
                Fingerprint.of(
                        request.getRequestId(),
                        request.toBuilder().clearRequestId().clearWait().build()));
        ApiToken token = rotated.value().token();
        changes.answer(
                response,
                name.organization(),
                rotated,
                endOfGrace(token),
                wait,
                propagation -> RotateTokenResponse.newBuilder()
                        .setToken(Wire.token(token))
                        .setValue(rotated.value().value())
                        .setPropagation(propagation)
                        .build());
    }

    @Override
    public void deleteToken(DeleteTokenRequest request, StreamObserver<DeleteTokenResponse> response) {
        Names.InOrganization name = Names.token("name", request.getName());
        Duration wait = ChangeAnswers.wait(request.hasWait(), request.getWait());
        Committed<?> deleted = tokens.delete(call(), name.organization(), name.id());
        changes.answer(
                response,
                name.organization(),
                deleted,
                wait,
                propagation -> DeleteTokenResponse.newBuilder()
                        .setPropagation(propagation)
                        .build());
    }

    @Override
    public void whoAmI(WhoAmIRequest request, StreamObserver<WhoAmIResponse> response) {
        Caller caller = tokens.whoAmI(call());
        WhoAmIResponse.Builder message = WhoAmIResponse.newBuilder()
                .setPrincipal(Wire.principal(caller))
                .addAllGrants(Wire.grants(caller.grants()));
        Instant expiry = caller.claims().expiry();
        if (expiry != null) {
            message.setExpireTime(Wire.time(expiry));
        }
        answer(response, message.build());
    }

    /** From when on the value before the present one is refused; null for at once. */
    private static @Nullable Instant endOfGrace(ApiToken token) {
        ApiToken.Previous previous = token.previous();
        // It is good for all of its last millisecond.
        return previous == null ? null : previous.notAfter().plusMillis(1);
    }

    private ResourcePath inside(ResourcePath parent, String field, String name) {
        ResourcePath resource =
                Names.any(field, name, (organization, id) -> directory.locate(call(), organization, id));
        if (!resource.organization().equals(parent.organization())) {
            throw Refusal.invalid(field, "must lie in the parent");
        }
        return resource;
    }

    /** The wanted roles by resource, whose paths are looked up by their bare ids. */
    private Map<ResourcePath, String> roles(ResourcePath organization, List<Grant> grants) {
        Map<ResourcePath, String> roles = new HashMap<>();
        for (Grant grant : grants) {
            ResourcePath resource = grant.getResource().equals(organization.organization())
                    ? organization
                    : directory.locate(call(), organization.organization(), grant.getResource());
            if (roles.put(resource, grant.getRole()) != null) {
                throw Refusal.invalid("token.grants", "must hold at most one role on " + grant.getResource());
            }
        }
        return roles;
    }
}
