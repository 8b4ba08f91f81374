package dev.signet.authority.rest;

import dev.signet.authority.http.HttpReply;
import dev.signet.v1.ListTokensRequest;
import dev.signet.v1.ListTokensResponse;
import dev.signet.v1.Scope;
import dev.signet.v1.Token;
import dev.signet.v1.TokenServiceGrpc.TokenServiceBlockingStub;
import dev.signet.verifier.token.IdType;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;

/** The list of tokens that the caller may see. */
final class TokenList {
    private static final Set<String> PARAMETERS =
            Set.of("workspaceId", "deploymentId", "includeOnlyOrganizationTokens", "kind", "offset", "limit", "sorts");
    private static final Map<String, Comparator<Token>> KEYS = Map.of(
            "name", Comparator.comparing(Token::getDisplayName),
            "description", Comparator.comparing(Token::getDescription),
            "createdAt", Comparator.comparing(token -> Json.instant(token.getCreateTime())),
            "updatedAt", Comparator.comparing(token -> Json.instant(token.getUpdateTime())),
            "tokenStartAt", Comparator.comparing(token -> Json.instant(Json.startOf(token))));

    private TokenList() {}

    static HttpReply list(RestRequest request) {
        Query query = Query.of(request.http(), PARAMETERS);
        query.word("kind", Set.of("STANDARD"));
        ListTokensRequest.Builder wanted = ListTokensRequest.newBuilder()
                .setParent(request.organization())
                .setPageSize(Listing.PAGE_SIZE)
                .setResource(resource(request, query));
        if (query.flag("includeOnlyOrganizationTokens")) {
            wanted.setScope(Scope.SCOPE_ORGANIZATION);
        }
        TokenServiceBlockingStub tokens = TokenResources.tokens(request);
        return Listing.reply("tokens", query, KEYS, Json::token, pageToken -> {
            ListTokensResponse page =
                    tokens.listTokens(wanted.setPageToken(pageToken).build());
            return new Listing.Page<>(page.getTokensList(), page.getNextPageToken());
        });
    }

    /** On which the tokens are to hold a role, whatever they belong to; empty for any. */
    private static String resource(RestRequest request, Query query) {
        String workspace = query.id("workspaceId", IdType.WORKSPACE);
        String deployment = query.id("deploymentId", IdType.DEPLOYMENT);
        if (workspace != null && deployment != null) {
            throw RestError.invalid("workspaceId", "cannot be given beside deploymentId");
        }
        if (workspace != null) {
            return request.organization() + "/workspaces/" + workspace;
        }
        return deployment == null ? "" : request.organization() + "/workspaces/-/deployments/" + deployment;
    }
}
