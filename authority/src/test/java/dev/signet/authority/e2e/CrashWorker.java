package dev.signet.authority.e2e;

import dev.signet.v1.CreateTokenResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A client that creates, rotates and deletes tokens of its own until the authority is gone, and remembers each answer. */
final class CrashWorker {
    private final String name;
    private final Cluster.Tenant tenant;
    private final Random random;
    private final List<Remembered> tokens = new ArrayList<>();
    private int created;
    /** The display name of a token that was asked for without an answer. */
    private @Nullable String unansweredCreate;

    CrashWorker(String name, Cluster.Tenant tenant, long seed) {
        this.name = name;
        this.tenant = tenant;
        this.random = new Random(seed);
    }

    List<Remembered> tokens() {
        return tokens;
    }

    /**
     * Makes so many changes, or fewer if the authority goes.
     *
     * @param acknowledged told of each change that was answered
     */
    void work(Client client, int changes, Runnable acknowledged) {
        try {
            for (int count = 0; count < changes; count++) {
                change(client);
                acknowledged.run();
            }
        } catch (StatusRuntimeException e) {
            boolean isGone = e.getStatus().getCode() == Status.Code.UNAVAILABLE
                    && (e.getTrailers() == null || e.getTrailers().keys().isEmpty());
            if (!isGone) {
                throw e;
            }
        }
    }

    /** Sees that all is as remembered; takes in the token, if there is one, that it never heard back about. */
    void check(Client client, Verifier verifier, List<dev.signet.v1.Token> listed) {
        tokens.forEach(token -> token.check(client, verifier));
        String doubtful = unansweredCreate;
        unansweredCreate = null;
        if (doubtful != null) {
            listed.stream()
                    .filter(token -> token.getDisplayName().equals(doubtful))
                    .forEach(token -> {
                        Remembered found = new Remembered(token, null);
                        found.check(client, verifier);
                        // A token that is there must also be good for something.
                        found.rotate(client);
                        tokens.add(found);
                    });
        }
    }

    private void change(Client client) {
        List<Remembered> live =
                tokens.stream().filter(token -> !token.isDeleted()).toList();
        int choice = random.nextInt(10);
        if (live.isEmpty() || choice < 4) {
            create(client);
        } else if (choice < 7) {
            live.get(random.nextInt(live.size())).rotate(client);
        } else {
            live.get(random.nextInt(live.size())).delete(client);
        }
    }

    private void create(Client client) {
        String displayName = name + "-" + created++;
        unansweredCreate = displayName;
        CreateTokenResponse answer = switch (random.nextInt(3)) {
            case 0 -> client.createToken(tenant.organization(), "ORGANIZATION_MEMBER", displayName);
            case 1 -> client.createToken(tenant.workspace(), "WORKSPACE_MEMBER", displayName);
            default -> client.createToken(tenant.deployment(), "DEPLOYMENT_ADMIN", displayName);
        };
        unansweredCreate = null;
        tokens.add(new Remembered(answer.getToken(), answer.getValue()));
    }
}
