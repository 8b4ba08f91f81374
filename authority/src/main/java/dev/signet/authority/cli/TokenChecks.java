package dev.signet.authority.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.signet.v1.CheckRequest;
import dev.signet.v1.Verdict;
import dev.signet.v1.VerifierServiceGrpc;
import dev.signet.v1.VerifyRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What can be said about any token: by the verifier, or by the token itself. */
@Command(name = "token", aliases = "to", description = "Verify or look into a token.")
final class TokenChecks {
    private static final Set<String> TIMES = Set.of("iat", "nbf", "exp");

    private final Shell shell;
    private final Connections connections;

    TokenChecks(Shell shell, Connections connections) {
        this.shell = shell;
        this.connections = connections;
    }

    @Command(
            name = "verify",
            description = "Ask the sidecar whether a token is good, and what it may do. Ends with 1 if it is rejected.")
    int verify(
            @Parameters(paramLabel = "TOKEN", description = "the token, or - for standard input") String argument,
            @Option(
                            names = "--permission",
                            paramLabel = "PERMISSION",
                            description = "also ask for this permission, such as deployment.deploys.create")
                    @Nullable
                    String permission,
            @Option(
                            names = "--resource",
                            paramLabel = "NAME",
                            description = "full name of the resource on which it is needed")
                    @Nullable
                    String resource,
            @Mixin Output output) {
        if ((permission == null) != (resource == null)) {
            throw Failure.usage("--permission and --resource go together");
        }
        String token = shell.argumentOrInput(argument);
        Verdict verdict;
        try (Peer verifier = connections.verifier()) {
            verdict = verifier.call(
                    VerifierServiceGrpc::newBlockingStub,
                    stub -> permission == null || resource == null
                            ? stub.verify(VerifyRequest.newBuilder()
                                            .setToken(token)
                                            .build())
                                    .getVerdict()
                            : stub.check(CheckRequest.newBuilder()
                                            .setToken(token)
                                            .setPermission(permission)
                                            .setResource(resource)
                                            .build())
                                    .getVerdict());
        }
        output.print(shell, verdict, () -> table(verdict));
        return verdict.getAccepted() ? 0 : Failure.REFUSED;
    }

    private Table table(Verdict verdict) {
        if (!verdict.getAccepted()) {
            return new Table("VERDICT", "REASON").row("rejected", ProtoJson.word(verdict.getReason()));
        }
        return new Table("VERDICT", "PRINCIPAL", "KIND", "ORGANIZATION", "ROLES", "EXPIRES")
                .row(
                        "accepted",
                        Entry.id(verdict.getPrincipal().getName()),
                        ProtoJson.word(verdict.getPrincipal().getKind()),
                        WhoAmICommand.organization(verdict.getPrincipal()),
                        WhoAmICommand.roles(verdict.getGrantsList()),
                        new Times(shell.clock().instant()).until(verdict.hasExpireTime(), verdict.getExpireTime()));
    }

    @Command(name = "inspect", description = "Show what a token says of itself, without verifying it.")
    int inspect(
            @Parameters(paramLabel = "TOKEN", description = "the token, or - for standard input") String argument,
            @Mixin Output output) {
        DecodedToken token;
        try {
            token = DecodedToken.parse(shell.argumentOrInput(argument));
        } catch (IllegalArgumentException e) {
            throw Failure.refused("not a token: " + e.getMessage());
        }
        JsonObject both = new JsonObject();
        both.add("header", token.header());
        both.add("payload", token.payload());
        shell.say("Not verified: anybody can write this. `signet token verify` tells whether it is true.");
        output.print(shell, both, () -> table(token));
        return 0;
    }

    private static Table table(DecodedToken token) {
        Table table = new Table("PART", "NAME", "VALUE");
        token.header().entrySet().forEach(entry -> table.row("header", entry.getKey(), value(entry)));
        token.payload().entrySet().forEach(entry -> table.row("payload", entry.getKey(), value(entry)));
        return table;
    }

    private static String value(Map.Entry<String, JsonElement> entry) {
        JsonElement value = entry.getValue();
        if (!value.isJsonPrimitive()) {
            return value.toString();
        }
        String text = value.getAsString();
        try {
            return TIMES.contains(entry.getKey())
                    ? text + " (" + Instant.ofEpochSecond(Long.parseLong(text)) + ")"
                    : text;
        } catch (NumberFormatException | DateTimeException e) {
            return text;
        }
    }
}
