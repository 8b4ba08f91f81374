package dev.signet.authority.cli;

import com.google.protobuf.Message;
import dev.signet.v1.CreateTokenRequest;
import dev.signet.v1.DirectoryServiceGrpc;
import dev.signet.v1.Grant;
import dev.signet.v1.Token;
import dev.signet.v1.TokenServiceGrpc;
import java.util.function.Function;

/**
 * What {@code signet dev} offers to try things on: found by display name or made, with a fresh owner's token.
 *
 * @param organization full name
 * @param workspace full name
 * @param deployment full name
 * @param token the owner's token, a secret
 */
record Demo(String organization, String workspace, String deployment, String token) {
    private static final int DAYS = 30;

    /** @param connect opens the authority for a token */
    static Demo prepare(String platformToken, Function<String, Peer> connect) {
        String organization;
        String token;
        // The platform token may make an organization and its owner's token, and nothing inside.
        try (Peer platform = connect.apply(platformToken)) {
            organization = findOrMake(platform, Level.ORGANIZATION, "", "Demo");
            token = ownerToken(platform, organization);
        }
        try (Peer owner = connect.apply(token)) {
            String workspace = findOrMake(owner, Level.WORKSPACE, organization, "Main");
            String deployment = findOrMake(owner, Level.DEPLOYMENT, workspace, "Airflow");
            return new Demo(organization, workspace, deployment, token);
        }
    }

    static String ownerToken(Peer platform, String organization) {
        return platform.call(
                        TokenServiceGrpc::newBlockingStub,
                        tokens -> tokens.createToken(CreateTokenRequest.newBuilder()
                                .setParent(organization)
                                .setToken(Token.newBuilder()
                                        .setDisplayName("dev owner")
                                        .setResource(organization)
                                        .setExpiryPeriodDays(DAYS)
                                        .addGrants(Grant.newBuilder()
                                                .setResource(Entry.id(organization))
                                                .setRole("ORGANIZATION_OWNER")))
                                .build()))
                .getValue();
    }

    static String findOrMake(Peer authority, Level level, String parent, String displayName) {
        DirectoryCalls calls = DirectoryCalls.of(level);
        return authority.call(DirectoryServiceGrpc::newBlockingStub, directory -> {
            Message all = Pages.read(null, (size, token) -> calls.list(directory, parent, size, token));
            return Entry.listOf(all).stream()
                    .filter(entry -> entry.displayName().equals(displayName))
                    .findFirst()
                    .orElseGet(() -> Entry.of(calls.create(directory, parent, displayName, "")))
                    .name();
        });
    }

    @Override
    public String toString() {
        return "Demo[" + deployment + "]";
    }
}
