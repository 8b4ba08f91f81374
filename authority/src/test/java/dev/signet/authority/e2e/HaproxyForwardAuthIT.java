package dev.signet.authority.e2e;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class HaproxyForwardAuthIT extends ForwardAuthContract {
    HaproxyForwardAuthIT() {
        super(Gateway.HAPROXY);
    }

    /** HAProxy itself goes on as if nothing were. */
    @Test
    void aScriptThatFailsLetsNobodyPass() {
        assertNobodyPasses(Map.of("os.getenv(\"SIGNET_SIDECAR\")", "nil"));
    }
}
