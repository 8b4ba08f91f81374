package dev.signet.verifier.bench;

import dev.signet.verifier.ListenAddress;
import dev.signet.verifier.sidecar.Sidecar;
import dev.signet.verifier.sidecar.SidecarConfig;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.verify.VerifierConfig;
import java.nio.file.Path;
import java.util.Set;

/** The sidecar as {@code signet sidecar} runs it, without the command line in front. */
final class SidecarServer {
    private SidecarServer() {}

    /** @param arguments the port, the unix socket, the authority's address, and the port of HTTP */
    public static void main(String[] arguments) throws Exception {
        Sidecar sidecar = Sidecar.start(new SidecarConfig(
                ListenAddress.parse("authority", arguments[2]),
                "credential",
                null,
                new ListenAddress("127.0.0.1", Integer.parseInt(arguments[0])),
                Path.of(arguments[1]),
                new ListenAddress("127.0.0.1", Integer.parseInt(arguments[3])),
                null,
                null,
                Set.of(),
                false,
                new VerifierConfig(
                        TestTokens.ISSUER,
                        Set.of(TestTokens.AUDIENCE),
                        VerifierConfig.MAXIMUM_SKEW,
                        null,
                        SidecarConfig.DEFAULT_CACHED_TOKENS)));
        sidecar.awaitTermination();
    }
}
