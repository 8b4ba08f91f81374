package dev.signet.authority.cli;

import dev.signet.v1.GetTokenRequest;
import dev.signet.v1.ListTokensRequest;
import dev.signet.v1.ListTokensResponse;
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

    Token find(Peer authority, Credential credential, TokenArgument argument) {
        String id = argument.id();
        String name = argument.name();
        if (id != null) {
            return byId(authority, credential, id);
        }
        List<Token> tokens = list(authority, target.name(level, null, credential), null).getTokensList().stream()
                .filter(token -> name == null || token.getDisplayName().equals(name))
                .toList();
        if (tokens.isEmpty()) {
            throw Failure.refused("no " + level.noun() + " token" + (name == null ? "" : " is named " + name));
        }
        return tokens.size() == 1 && name != null ? tokens.get(0) : pick(tokens, name);
    }

    static ListTokensResponse list(Peer authority, String resource, @Nullable Integer limit) {
        return authority.call(
                TokenServiceGrpc::newBlockingStub,
                tokens -> Pages.read(
                        limit,
                        (size, token) -> tokens.listTokens(ListTokensRequest.newBuilder()
                                .setParent(organization(resource))
                                .setResource(resource)
                                .setPageSize(size)
                                .setPageToken(token)
                                .build())));
    }

    /** The organization that a resource name begins with. */
    static String organization(String resource) {
        String[] segments = resource.split("/", 3);
        return segments[0] + "/" + segments[1];
    }

    private Token byId(Peer authority, Credential credential, String id) {
        String name = id.startsWith("tok_") ? target.name(Level.ORGANIZATION, null, credential) + "/tokens/" + id : id;
        Token token = authority
                .call(
                        TokenServiceGrpc::newBlockingStub,
                        tokens -> tokens.getToken(
                                GetTokenRequest.newBuilder().setName(name).build()))
                .getToken();
        Level own = Level.of(token.getScope());
        if (own != level) {
            throw Failure.refused(Entry.id(name) + " is " + own.article() + " " + own.noun() + " token: use `signet "
                    + own.noun() + " token`");
        }
        String expected = target.flagged(level);
        if (expected != null && !expected.equals(Entry.id(token.getResource()))) {
            throw Failure.refused(
                    Entry.id(name) + " belongs to another " + level.noun() + ", " + Entry.id(token.getResource()));
        }
        return token;
    }

    private Token pick(List<Token> tokens, @Nullable String name) {
        if (!shell.terminal()) {
            throw Failure.refused(tokens.size() + " tokens are named " + name + ", give the id of one: "
                    + tokens.stream().map(token -> Entry.id(token.getName())).collect(Collectors.joining(", ")));
        }
        shell.err().print(new TokenTable(new Times(shell.clock().instant())).numbered(tokens));
        String answer = shell.ask("Number of the token: ");
        try {
            return tokens.get(Integer.parseInt(answer == null ? "" : answer.strip()) - 1);
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw Failure.refused("canceled, nothing was changed");
        }
    }
}
