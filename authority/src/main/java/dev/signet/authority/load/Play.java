package dev.signet.authority.load;

import dev.signet.v1.AccessTokenServiceGrpc;
import dev.signet.v1.RotateTokenRequest;
import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.VerifierServiceGrpc;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * What is called, and with what.
 *
 * @param warmUp calls that leave those that are to be measured as they are
 * @param replenish makes what a run of so many calls uses up
 */
record Play(Transport transport, CallSource calls, CallSource warmUp, LongConsumer replenish) {

    /** Calls of the sidecar. */
    static Play ofTokens(
            LoadConfig config, List<? extends Channel> sidecar, Stage stage, Rehearsal rehearsal, Progress progress) {
        boolean stream = config.target() == LoadTarget.STREAM;
        Transport transport = stream
                ? new StreamTransport(
                        sidecar,
                        Messages.method(
                                VerifierServiceGrpc.getVerifyStreamMethod(),
                                MethodType.BIDI_STREAMING,
                                Messages::streamAnswer),
                        config.mostInFlight())
                : new UnaryTransport(
                        sidecar,
                        Messages.method(VerifierServiceGrpc.getVerifyMethod(), MethodType.UNARY, Messages::verdictOf),
                        new Metadata());
        TokenSupply supply = new TokenSupply(stage, config.mix(), stream);
        supply.prepare(config.knownTokens(), progress);
        rehearsal.present(supply.samples(), transport, progress);
        return new Play(transport, supply, supply.repeatable(), calls -> supply.makeFirstSeen(calls, progress));
    }

    /** Calls of the authority. */
    static Play ofAuthority(
            LoadConfig config, List<? extends Channel> authority, Metadata credential, Stage stage, Progress progress) {
        return switch (config.target()) {
            case CREATE ->
                repeated(
                        authority,
                        TokenServiceGrpc.getCreateTokenMethod(),
                        credential,
                        Kind.CREATE,
                        List.of(stage.creation().toByteArray()));
            case EXCHANGE ->
                repeated(
                        authority,
                        AccessTokenServiceGrpc.getExchangeApiKeyMethod(),
                        new Metadata(),
                        Kind.EXCHANGE,
                        List.of(stage.createApiKey().request().toByteArray()));
            case ROTATE ->
                repeated(
                        authority,
                        TokenServiceGrpc.getRotateTokenMethod(),
                        credential,
                        Kind.ROTATE,
                        stage.createTokens(config.knownTokens(), progress).stream()
                                .map(token -> RotateTokenRequest.newBuilder()
                                        .setName(token.name())
                                        .build()
                                        .toByteArray())
                                .toList());
            case VERIFY, STREAM -> throw new IllegalArgumentException("not the authority's: " + config.target());
        };
    }

    /** The same requests over and over. */
    private static Play repeated(
            List<? extends Channel> channels,
            MethodDescriptor<?, ?> method,
            Metadata headers,
            Kind kind,
            List<byte[]> requests) {
        Transport transport = new UnaryTransport(
                channels, Messages.method(method, MethodType.UNARY, answer -> PlannedCall.ACCEPTED), headers);
        List<PlannedCall> calls = requests.stream()
                .map(request -> PlannedCall.accepted(kind, request))
                .toList();
        int[] turn = {0};
        CallSource source = any -> calls.get(turn[0]++ % calls.size());
        return new Play(transport, source, source, unused -> {});
    }
}
