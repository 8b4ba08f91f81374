package dev.signet.authority.cli;

import dev.signet.v1.AccessTokenServiceGrpc;
import dev.signet.v1.ExchangeApiKeyRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the credential of this call: a token, else an API key, else the stored login. */
record Credentials(Shell shell, Connections connections) {
    static final String TOKEN = String.valueOf(SettingTable.API_TOKEN.variable());
    static final String KEY_ID = String.valueOf(SettingTable.KEY_ID.variable());
    static final String KEY_SECRET = String.valueOf(SettingTable.KEY_SECRET.variable());
    static final String LOGIN = "the stored login";

    Credential find() {
        String token = shell.variable(TOKEN);
        if (token != null) {
            mention(shell, TOKEN, KEY_ID, KEY_SECRET, LOGIN);
            return Credential.of(TOKEN, token.strip(), null, shell.clock().instant());
        }
        String id = shell.variable(KEY_ID);
        String secret = shell.variable(KEY_SECRET);
        if (id == null && secret == null) {
            return login();
        }
        if (id == null || secret == null) {
            throw Failure.refused(
                    (id == null ? KEY_SECRET : KEY_ID) + " is set without " + (id == null ? KEY_ID : KEY_SECRET));
        }
        mention(shell, "the API key", LOGIN);
        return exchange(id.strip(), secret.strip());
    }

    /**
     * What the sidecar watches with: it must last longer than the access tokens of an API key do.
     *
     * @return null where it watches by a client certificate
     */
    static @Nullable Credential ofSidecar(Shell shell, Settings settings) {
        String token = shell.variable(TOKEN);
        if (token == null && settings.optional(TlsSettings.CLIENT_CERTIFICATE) != null) {
            mention(shell, TlsSettings.CLIENT_CERTIFICATE.key(), KEY_ID, KEY_SECRET);
            return null;
        }
        boolean key = shell.variable(KEY_ID) != null || shell.variable(KEY_SECRET) != null;
        if (token == null) {
            throw Failure.refused(
                    key
                            ? "the sidecar does not take " + KEY_ID + " and " + KEY_SECRET + " yet: set " + TOKEN
                            : "no credential: set " + TOKEN);
        }
        mention(shell, TOKEN, KEY_ID, KEY_SECRET);
        return Credential.of(TOKEN, token.strip(), null, shell.clock().instant());
    }

    private Credential exchange(String id, String secret) {
        if (!id.matches("key_[0-9a-z]+")) {
            throw Failure.refused(KEY_ID + " is malformed: it is the bare id of an API key, key_…");
        }
        if (!secret.matches("sgk_[0-9A-Za-z]+")) {
            throw Failure.refused(KEY_SECRET + " is malformed: it is what creating the API key printed, sgk_…");
        }
        String token;
        try (Peer authority = connections.anonymous()) {
            token = authority
                    .call(
                            AccessTokenServiceGrpc::newBlockingStub,
                            access -> access.exchangeApiKey(ExchangeApiKeyRequest.newBuilder()
                                    .setKeyId(id)
                                    .setSecret(secret)
                                    .build()))
                    .getAccessToken();
        }
        return Credential.of(
                "the API key's access token", token, null, shell.clock().instant());
    }

    private Credential login() {
        Login login = Login.read(shell);
        if (login == null) {
            throw Failure.refused("no credential: set " + TOKEN + ", or " + KEY_ID + " and " + KEY_SECRET
                    + ", or log in with `signet login`");
        }
        String variable = String.valueOf(SettingTable.ADDRESS.variable());
        if (shell.variable(variable) != null) {
            Endpoint asked = connections.endpoint(Server.AUTHORITY);
            if (!asked.address().equals(login.authority().address())) {
                throw Failure.refused(LOGIN + " is for " + login.authority() + ", and " + variable + " is " + asked
                        + ": log in there, or set " + TOKEN);
            }
        }
        return Credential.of(
                LOGIN, login.token(), login.authority(), shell.clock().instant());
    }

    /** Says once which others were found beside the one that is used. */
    private static void mention(Shell shell, String used, String... others) {
        List<String> ignored = new ArrayList<>();
        for (String other : others) {
            if (other.equals(LOGIN) ? hasLogin(shell) : shell.variable(other) != null) {
                ignored.add(other);
            }
        }
        if (!ignored.isEmpty()) {
            int last = ignored.size() - 1;
            String all = last == 0
                    ? ignored.get(0)
                    : String.join(", ", ignored.subList(0, last)) + " and " + ignored.get(last);
            shell.say("signet: " + all + (last == 0 ? " is" : " are") + " ignored, " + used + " is used");
        }
    }

    private static boolean hasLogin(Shell shell) {
        Path file = Login.file(shell);
        return file != null && Files.isRegularFile(file);
    }
}
