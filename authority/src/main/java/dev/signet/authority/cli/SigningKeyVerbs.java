package dev.signet.authority.cli;

import dev.signet.v1.GetSigningKeyRequest;
import dev.signet.v1.ListSigningKeysRequest;
import dev.signet.v1.ListSigningKeysResponse;
import dev.signet.v1.LiveTokens;
import dev.signet.v1.RekeySigningKeysRequest;
import dev.signet.v1.RekeySigningKeysResponse;
import dev.signet.v1.RevokeSigningKeyRequest;
import dev.signet.v1.RevokeSigningKeyResponse;
import dev.signet.v1.RotateSigningKeyRequest;
import dev.signet.v1.RotateSigningKeyResponse;
import dev.signet.v1.SigningKey;
import dev.signet.v1.SigningKeyServiceGrpc;
import dev.signet.v1.SigningKeyServiceGrpc.SigningKeyServiceBlockingStub;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code signing-key}: for the operator. */
@Command(name = "signing-key", description = "The keys that sign tokens; needs the platform token.")
final class SigningKeyVerbs {
    private final Shell shell;
    private final Connections connections;

    SigningKeyVerbs(Shell shell, Connections connections) {
        this.shell = shell;
        this.connections = connections;
    }

    @Command(name = "list", aliases = "ls", description = "List the keys, with the live tokens that each signed.")
    int list(@Mixin Output output) {
        ListSigningKeysResponse all = ask(keys -> keys.listSigningKeys(ListSigningKeysRequest.getDefaultInstance()));
        output.print(shell, all, () -> table(all.getSigningKeysList()));
        return 0;
    }

    @Command(
            name = "rotate",
            description = "Let the key in reserve sign from now on. Tokens that were signed before stay good.")
    int rotate(@Mixin Output output) {
        RotateSigningKeyResponse rotated =
                ask(keys -> keys.rotateSigningKey(RotateSigningKeyRequest.getDefaultInstance()));
        shell.say("The key " + rotated.getSigningKey().getKeyId() + " signs from now on.");
        output.printJson(shell, rotated);
        return 0;
    }

    @Command(
            name = "revoke",
            description = "End everything that a key signed, for good. Where it is active, another signs at once.")
    int revoke(
            @Parameters(paramLabel = "KID", description = "the key's id") String id,
            @Option(
                            names = {"-f", "--force"},
                            description = "do not ask")
                    boolean force,
            @Mixin Confirmation confirmation,
            @Mixin Output output) {
        String name = id.startsWith("signingKeys/") ? id : "signingKeys/" + id;
        if (!force) {
            shell.requireTerminal("Revoking a key ends every token that it signed.");
            SigningKey key = ask(keys -> keys.getSigningKey(
                            GetSigningKeyRequest.newBuilder().setName(name).build()))
                    .getSigningKey();
            shell.confirm(consequences(key), "Type the key's id to go on:", key.getKeyId());
        }
        RevokeSigningKeyRequest.Builder request =
                RevokeSigningKeyRequest.newBuilder().setName(name);
        confirmation.ask(request);
        RevokeSigningKeyResponse revoked =
                ask(confirmation.deadlineSeconds(), keys -> keys.revokeSigningKey(request.build()));
        SigningKey key = revoked.getSigningKey();
        shell.say("Revoked the key " + key.getKeyId() + "; " + tokens(key.getLiveTokenCount()) + " ended.");
        if (key.getLiveTokensList().stream()
                .anyMatch(live -> live.getOrganization().isEmpty())) {
            shell.say("The platform token was one of them: its file on the authority's machine holds another now.");
        }
        confirmation.tell(shell, revoked);
        output.printJson(shell, revoked);
        return 0;
    }

    @Command(name = "rekey", description = "Seal every private key under another master key.")
    int rekey(@Mixin Output output) {
        RekeySigningKeysResponse done =
                ask(keys -> keys.rekeySigningKeys(RekeySigningKeysRequest.getDefaultInstance()));
        shell.say("Sealed " + done.getSealedCount() + " signing keys under the new master key.");
        output.printJson(shell, done);
        return 0;
    }

    private <T> T ask(Function<SigningKeyServiceBlockingStub, T> rpc) {
        return ask(Peer.DEADLINE_SECONDS, rpc);
    }

    private <T> T ask(int deadlineSeconds, Function<SigningKeyServiceBlockingStub, T> rpc) {
        try (Peer authority = connections.authority(connections.credential())) {
            return authority.call(deadlineSeconds, SigningKeyServiceGrpc::newBlockingStub, rpc);
        }
    }

    private static String consequences(SigningKey key) {
        String organizations = key.getLiveTokensList().stream()
                .map(live -> "  " + (live.getOrganization().isEmpty() ? "the operator's own" : live.getOrganization())
                        + ": " + tokens(live.getCount()))
                .collect(Collectors.joining("\n"));
        return "This ends " + tokens(key.getLiveTokenCount()) + " that the key " + key.getKeyId()
                + " signed, and every access and user token that it signed"
                + (organizations.isEmpty() ? "." : ":\n" + organizations);
    }

    private static String tokens(long count) {
        return count == 1 ? "1 token" : count + " tokens";
    }

    private Table table(List<SigningKey> keys) {
        Times times = new Times(shell.clock().instant());
        Table table = new Table("ID", "ALGORITHM", "STATE", "SINCE", "CREATED", "LIVE TOKENS", "ORGANIZATIONS");
        for (SigningKey key : keys) {
            table.row(
                    key.getKeyId(),
                    key.getAlgorithm(),
                    key.getState().name().replace("SIGNING_KEY_STATE_", ""),
                    times.ago(key.getStateTime()),
                    times.ago(key.getCreateTime()),
                    String.valueOf(key.getLiveTokenCount()),
                    String.valueOf(key.getLiveTokensList().stream()
                            .map(LiveTokens::getOrganization)
                            .filter(organization -> !organization.isEmpty())
                            .count()));
        }
        return table;
    }
}
