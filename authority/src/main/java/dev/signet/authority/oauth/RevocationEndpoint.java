package dev.signet.authority.oauth;

import com.google.protobuf.Duration;
import dev.signet.authority.grpc.LocalServer;
import dev.signet.authority.http.Endpoint;
import dev.signet.authority.http.HttpReply;
import dev.signet.authority.http.HttpRequest;
import dev.signet.authority.http.Parameters;
import dev.signet.v1.DeleteTokenRequest;
import dev.signet.v1.Propagation;
import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.TokenServiceGrpc.TokenServiceBlockingStub;
import dev.signet.verifier.token.Claims;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustState;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.util.Objects;

/**
 * Ends an API token by its value (RFC 7009), as deleting it does, with the caller's permissions; the answer says when it
 * is certain. What is no good any more is left as it is. An access token cannot be ended by itself, as it is good for as
 * long as its API key is.
 */
final class RevocationEndpoint implements Endpoint {
    private final Clients clients;
    private final LocalServer services;
    private final TokenVerifier verifier;
    private final TrustState trust;

    /** @param verifier accepts every audience */
    RevocationEndpoint(Clients clients, LocalServer services, TokenVerifier verifier, TrustState trust) {
        this.clients = clients;
        this.services = services;
        this.verifier = verifier;
        this.trust = trust;
    }

    @Override
    public HttpReply answer(HttpRequest request) {
        Parameters form = Parameters.ofForm(request);
        String caller = clients.token(request, form);
        String organization = clients.organization(request, caller);
        Verdict verdict = verifier.verify(form.required("token"));
        if (verdict instanceof Verdict.Rejected rejected) {
            return rejected(rejected.reason());
        }
        Claims claims = ((Verdict.Accepted) verdict).claims();
        if (!organization.isEmpty() && !organization.equals("organizations/" + claims.organization())) {
            throw OAuthError.of("unauthorized_client", "the token is none of this client's organization");
        }
        if (claims.kind().subject() != IdType.TOKEN) {
            throw OAuthError.of(
                    "unsupported_token_type",
                    "a token of the kind " + claims.kind().claim() + " ends by its credential");
        }
        if (organization.isEmpty()) {
            // To whom tokens are unknown, so that deleting one would look as if it were gone already.
            throw OAuthError.of(
                    "unauthorized_client", "a platform token manages no tokens; an owner of the organization does");
        }
        if (isInGrace(claims)) {
            throw OAuthError.of(
                    "unsupported_token_type",
                    "the value was rotated away and ends by itself; delete the token to end both");
        }
        return delete(TokenServiceGrpc.newBlockingStub(services.from(request.address(), caller)), claims);
    }

    /** Waits for no verifier: how many have confirmed is not in the answer. */
    private static HttpReply delete(TokenServiceBlockingStub tokens, Claims claims) {
        Propagation propagation;
        try {
            propagation = tokens.deleteToken(DeleteTokenRequest.newBuilder()
                            .setName(claims.principalName())
                            .setWait(Duration.getDefaultInstance())
                            .build())
                    .getPropagation();
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
                // Another authority has deleted it, and this one is about to hear of it.
                return HttpReply.empty(200);
            }
            throw e;
        }
        Instant certainBy = Instant.ofEpochSecond(
                propagation.getCertainBy().getSeconds(),
                propagation.getCertainBy().getNanos());
        return HttpReply.empty(200).certainBy(certainBy);
    }

    private boolean isInGrace(Claims claims) {
        OrganizationTrust part = trust.organization(Objects.requireNonNull(claims.organization()));
        return part != null && part.ending().containsKey(claims.statusIndex());
    }

    /** What is no good is revoked (RFC 7009 section 2.2), unless it may be good and cannot be judged. */
    private static HttpReply rejected(Verdict.Reason reason) {
        if (reason == Verdict.Reason.STALE_TRUST
                || reason == Verdict.Reason.NOT_LOADED
                || reason == Verdict.Reason.NOT_YET_VALID) {
            throw OAuthError.unavailable("the token cannot be judged now: " + reason);
        }
        if (reason == Verdict.Reason.WRONG_AUDIENCE || reason == Verdict.Reason.WRONG_ISSUER) {
            // Signed here, for somebody whom this authority was told no more of, and who may accept it all the same.
            throw OAuthError.of(
                    "unsupported_token_type",
                    "the token has an issuer or audience that is not configured here; delete it by its id");
        }
        return HttpReply.empty(200);
    }
}
