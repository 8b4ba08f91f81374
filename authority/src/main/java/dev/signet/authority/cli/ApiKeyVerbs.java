package dev.signet.authority.cli;

import com.google.protobuf.FieldMask;
import dev.signet.v1.ApiKey;
import dev.signet.v1.ApiKeyServiceGrpc;
import dev.signet.v1.CreateApiKeyRequest;
import dev.signet.v1.CreateApiKeyResponse;
import dev.signet.v1.DeleteApiKeyRequest;
import dev.signet.v1.DeleteApiKeyResponse;
import dev.signet.v1.EnableApiKeyRequest;
import dev.signet.v1.EnableApiKeyResponse;
import dev.signet.v1.GetApiKeyRequest;
import dev.signet.v1.ListApiKeysRequest;
import dev.signet.v1.ListApiKeysResponse;
import dev.signet.v1.UpdateApiKeyRequest;
import dev.signet.v1.UpdateApiKeyResponse;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code deployment api-key}. */
@Command(name = "api-key", description = "API keys: an id and a secret, exchanged for access tokens.")
final class ApiKeyVerbs {
    private final Shell shell;
    private final Connections connections;
    private final Target target;

    ApiKeyVerbs(Shell shell, Connections connections, Target target) {
        this.shell = shell;
        this.connections = connections;
        this.target = target;
    }

    @Command(name = "list", aliases = "ls", description = "List the API keys of a deployment.")
    int list(
            @Option(names = "--limit", paramLabel = "COUNT", description = "at most so many") @Nullable Integer limit,
            @Mixin Output output) {
        Credential credential = connections.credential();
        String deployment = target.name(Level.DEPLOYMENT, null, credential);
        try (Peer authority = connections.authority(credential)) {
            ListApiKeysResponse all = list(authority, deployment, limit);
            output.printList(shell, all, table(all.getApiKeysList()), "No API keys found.");
        }
        return 0;
    }

    @Command(name = "create", aliases = "cr", description = "Create an API key and print its id and secret, this once.")
    int create(
            @Option(
                            names = {"-n", "--name"},
                            paramLabel = "NAME",
                            description = "display name")
                    @Nullable
                    String given,
            @Option(
                            names = {"-d", "--description"},
                            paramLabel = "TEXT",
                            description = "description")
                    @Nullable
                    String description,
            @Option(
                            names = "--request-id",
                            paramLabel = "ID",
                            description = "of your choice: trying again with the same makes no second API key")
                    @Nullable
                    String requestId,
            @Option(
                            names = {"-c", "--clean-output"},
                            description = "print only the secret")
                    boolean clean,
            @Mixin Output output) {
        String name = shell.orAsk(given, "name", "--name");
        Credential credential = connections.credential();
        String deployment = target.name(Level.DEPLOYMENT, null, credential);
        try (Peer authority = connections.authority(credential)) {
            CreateApiKeyResponse created = authority.call(
                    ApiKeyServiceGrpc::newBlockingStub,
                    keys -> keys.createApiKey(CreateApiKeyRequest.newBuilder()
                            .setParent(deployment)
                            .setApiKey(ApiKey.newBuilder()
                                    .setDisplayName(name)
                                    .setDescription(DirectoryCalls.orEmpty(description)))
                            .setRequestId(DirectoryCalls.orEmpty(requestId))
                            .build()));
            if (clean) {
                shell.out().println(created.getSecret());
                return 0;
            }
            shell.say("Created API key " + label(created.getApiKey())
                    + ". Copy its secret now: it will not be shown again.");
            output.printValue(
                    shell,
                    created,
                    Credentials.KEY_ID + "=" + Entry.id(created.getApiKey().getName()) + "\n" + Credentials.KEY_SECRET
                            + "=" + created.getSecret());
        }
        return 0;
    }

    @Command(name = "update", aliases = "up", description = "Change an API key's display name or description.")
    int update(
            @Mixin ApiKeyArgument argument,
            @Option(
                            names = {"-n", "--new-name"},
                            paramLabel = "NAME",
                            description = "new display name")
                    @Nullable
                    String newName,
            @Option(
                            names = {"-d", "--description"},
                            paramLabel = "TEXT",
                            description = "new description; may be empty")
                    @Nullable
                    String description,
            @Mixin Output output) {
        argument.check(shell);
        FieldMask mask = DirectoryCalls.mask(newName, description);
        if (mask.getPathsCount() == 0) {
            throw Failure.usage("nothing to change: give --new-name or --description");
        }
        Credential credential = connections.credential();
        try (Peer authority = connections.authority(credential)) {
            ApiKey key = find(authority, credential, argument);
            UpdateApiKeyResponse updated = authority.call(
                    ApiKeyServiceGrpc::newBlockingStub,
                    keys -> keys.updateApiKey(UpdateApiKeyRequest.newBuilder()
                            .setApiKey(ApiKey.newBuilder()
                                    .setName(key.getName())
                                    .setDisplayName(DirectoryCalls.orEmpty(newName))
                                    .setDescription(DirectoryCalls.orEmpty(description)))
                            .setUpdateMask(mask)
                            .build()));
            shell.say("Updated API key " + label(updated.getApiKey()) + ".");
            output.print(shell, updated, () -> table(List.of(updated.getApiKey())));
        }
        return 0;
    }

    @Command(
            name = "enable",
            aliases = "en",
            description = "Let an API key be exchanged again that was disabled when the ledger was restored.")
    int enable(@Mixin ApiKeyArgument argument, @Mixin Output output) {
        argument.check(shell);
        Credential credential = connections.credential();
        try (Peer authority = connections.authority(credential)) {
            ApiKey key = find(authority, credential, argument);
            EnableApiKeyResponse enabled = authority.call(
                    ApiKeyServiceGrpc::newBlockingStub,
                    keys -> keys.enableApiKey(EnableApiKeyRequest.newBuilder()
                            .setName(key.getName())
                            .build()));
            shell.say("Enabled API key " + label(enabled.getApiKey()) + ".");
            output.print(shell, enabled, () -> table(List.of(enabled.getApiKey())));
        }
        return 0;
    }

    @Command(
            name = "delete",
            aliases = "de",
            description = "Delete an API key for good; its access tokens end with it, at once.")
    int delete(
            @Mixin ApiKeyArgument argument,
            @Option(
                            names = {"-f", "--force"},
                            description = "do not ask")
                    boolean force,
            @Mixin Confirmation confirmation,
            @Mixin Output output) {
        argument.check(shell);
        if (!force) {
            shell.requireTerminal("Deleting an API key cannot be undone.");
        }
        Credential credential = connections.credential();
        try (Peer authority = connections.authority(credential)) {
            ApiKey key = find(authority, credential, argument);
            if (!force) {
                shell.confirm(
                        "API key " + label(key) + " ends for good, with its access tokens.", "Delete it? (y/n)", "y");
            }
            DeleteApiKeyRequest.Builder request =
                    DeleteApiKeyRequest.newBuilder().setName(key.getName());
            confirmation.ask(request);
            DeleteApiKeyResponse deleted = authority.call(
                    confirmation.deadlineSeconds(),
                    ApiKeyServiceGrpc::newBlockingStub,
                    keys -> keys.deleteApiKey(request.build()));
            shell.say("Deleted API key " + label(key) + ".");
            confirmation.tell(shell, deleted);
            output.printJson(shell, deleted);
        }
        return 0;
    }

    private ApiKey find(Peer authority, Credential credential, ApiKeyArgument argument) {
        String id = argument.id();
        if (id != null) {
            String name =
                    id.startsWith("key_") ? target.name(Level.DEPLOYMENT, null, credential) + "/apiKeys/" + id : id;
            return authority
                    .call(
                            ApiKeyServiceGrpc::newBlockingStub,
                            keys -> keys.getApiKey(
                                    GetApiKeyRequest.newBuilder().setName(name).build()))
                    .getApiKey();
        }
        String name = argument.name();
        String deployment = target.name(Level.DEPLOYMENT, null, credential);
        List<ApiKey> found = list(authority, deployment, null).getApiKeysList().stream()
                .filter(key -> name == null || key.getDisplayName().equals(name))
                .toList();
        if (found.isEmpty()) {
            throw Failure.refused("no API key" + (name == null ? "" : " is named " + name));
        }
        if (found.size() == 1 && name != null) {
            return found.get(0);
        }
        if (!shell.terminal()) {
            throw Failure.refused(found.size() + " API keys are named " + name + ", give the id of one: "
                    + found.stream().map(key -> Entry.id(key.getName())).collect(Collectors.joining(", ")));
        }
        return found.get(shell.pick(table(found), "Number of the API key:"));
    }

    private static ListApiKeysResponse list(Peer authority, String deployment, @Nullable Integer limit) {
        return authority.call(
                ApiKeyServiceGrpc::newBlockingStub,
                keys -> Pages.read(
                        limit,
                        (size, token) -> keys.listApiKeys(ListApiKeysRequest.newBuilder()
                                .setParent(deployment)
                                .setPageSize(size)
                                .setPageToken(token)
                                .build())));
    }

    private Table table(List<ApiKey> keys) {
        Times times = new Times(shell.clock().instant());
        Table table = new Table("ID", "NAME", "DESCRIPTION", "CREATED", "CREATED BY", "LAST USED");
        for (ApiKey key : keys) {
            table.row(
                    Entry.id(key.getName()),
                    key.getDisplayName() + (key.getDisabled() ? " (disabled)" : ""),
                    key.getDescription(),
                    times.ago(key.getCreateTime()),
                    Entry.id(key.getCreatedBy()),
                    times.lastUsed(key.hasLastUsedTime(), key.getLastUsedTime()));
        }
        return table;
    }

    private static String label(ApiKey key) {
        return key.getDisplayName() + " (" + Entry.id(key.getName()) + ")";
    }
}
