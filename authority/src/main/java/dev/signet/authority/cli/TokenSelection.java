package dev.signet.authority.cli;

import dev.signet.v1.GetTokenRequest;
import dev.signet.v1.ListTokensRequest;
import dev.signet.v1.ListTokensResponse;
import dev.signet.v1.Scope;
import dev.signet.v1.Token;
import dev.signet.v1.TokenServiceGrpc;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the token that a verb is about: by its id, by its display name, or picked by a person. */
final class TokenSelection {
    private final Shell shell;
    private final Target target;
    private final Level level;

    TokenSelection(Shell shell, Target target, Level level) {
        this.shell = shell;
        this.target = target;
        this.level = level;
    }

    /** A token that belongs here. */
    Token find(Peer authority, Credential credential, TokenArgument argument) {
        String id = argument.id();
        if (id != null) {
            return requireHere(byId(authority, credential, level, id, argument.name()));
        }
        String resource = target.name(level, null, credential);
        List<Token> tokens =
                list(authority, request(resource, level.scope()), null).getTokensList();
        return choose(tokens, level.noun() + " token", argument.name(), resource);
    }

    /** A token that belongs here, or one of an outer scope that holds a role here. */
    Token findWithRole(Peer authority, Credential credential, TokenArgument argument) {
        String id = argument.id();
        if (id != null) {
            Token token = byId(authority, credential, id, argument.name());
            if (isAttached(token)) {
                String resource = target.name(level, null, credential);
                if (TokenTable.role(token, resource).isEmpty()) {
                    throw Failure.refused(Entry.id(token.getName()) + " holds no role on " + Entry.id(resource) + " and"
                            + hint(token));
                }
                return token;
            }
            return requireHere(requireScope(token, level));
        }
        String resource = target.name(level, null, credential);
        List<Token> tokens = list(authority, request(resource, Scope.SCOPE_UNSPECIFIED), null)
                .getTokensList();
        return choose(tokens, "token with a role on " + Entry.id(resource), argument.name(), resource);
    }

    /** Whether a token is of an outer scope. */
    boolean isAttached(Token token) {
        return Level.of(token.getScope()).compareTo(level) < 0;
    }

    /** A token of a scope, wherever it belongs. */
    Token byId(Peer authority, Credential credential, Level scope, String id, @Nullable String displayName) {
        return requireScope(byId(authority, credential, id, displayName), scope);
    }

    private Token byId(Peer authority, Credential credential, String id, @Nullable String displayName) {
        String name = id.startsWith("tok_") ? target.name(Level.ORGANIZATION, null, credential) + "/tokens/" + id : id;
        Token token = get(authority, name);
        if (displayName != null && !displayName.equals(token.getDisplayName())) {
            throw Failure.refused(Entry.id(name) + " is named " + token.getDisplayName() + ", not " + displayName);
        }
        return token;
    }

    private static Token requireScope(Token token, Level scope) {
        if (Level.of(token.getScope()) != scope) {
            throw Failure.refused(Entry.id(token.getName()) + hint(token));
        }
        return token;
    }

    private static String hint(Token token) {
        Level own = Level.of(token.getScope());
        return " is " + own.article() + " " + own.noun() + " token: use `signet " + own.noun() + " token`";
    }

    /** A flag that names another resource contradicts the id. */
    private Token requireHere(Token token) {
        String expected = target.flagged(level);
        if (expected != null && !expected.equals(Entry.id(token.getResource()))) {
            throw Failure.refused(Entry.id(token.getName()) + " belongs to another " + level.noun() + ", "
                    + Entry.id(token.getResource()));
        }
        return token;
    }

    static Token get(Peer authority, String name) {
        return authority
                .call(
                        TokenServiceGrpc::newBlockingStub,
                        tokens -> tokens.getToken(
                                GetTokenRequest.newBuilder().setName(name).build()))
                .getToken();
    }

    /** The one of that name, or the one that a person picks. */
    Token choose(List<Token> tokens, String kind, @Nullable String name, String resource) {
        List<Token> found = tokens.stream()
                .filter(token -> name == null || token.getDisplayName().equals(name))
                .toList();
        if (found.isEmpty()) {
            throw Failure.refused("no " + kind + (name == null ? "" : " is named " + name));
        }
        if (found.size() == 1 && name != null) {
            return found.get(0);
        }
        if (!shell.terminal()) {
            throw Failure.refused(found.size() + " tokens are named " + name + ", give the id of one: "
                    + found.stream().map(token -> Entry.id(token.getName())).collect(Collectors.joining(", ")));
        }
        Table choices = new TokenTable(new Times(shell.clock().instant())).choices(found, resource);
        return found.get(shell.pick(choices, "Number of the token:"));
    }

    /** Asks for the tokens with a role on a resource. */
    static ListTokensRequest request(String resource, Scope scope) {
        return ListTokensRequest.newBuilder()
                .setParent(organization(resource))
                .setResource(resource)
                .setScope(scope)
                .build();
    }

    static ListTokensResponse list(Peer authority, ListTokensRequest request, @Nullable Integer limit) {
        return authority.call(
                TokenServiceGrpc::newBlockingStub,
                tokens -> Pages.read(
                        limit,
                        (size, token) -> tokens.listTokens(request.toBuilder()
                                .setPageSize(size)
                                .setPageToken(token)
                                .build())));
    }

    /** The organization that a resource name begins with. */
    static String organization(String resource) {
        String[] segments = resource.split("/", 3);
        return segments[0] + "/" + segments[1];
    }
}
