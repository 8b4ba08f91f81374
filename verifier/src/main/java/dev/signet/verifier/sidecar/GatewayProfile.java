package dev.signet.verifier.sidecar;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a gateway takes answers. Each has a path of its own, which only the gateway's configuration decides. */
enum GatewayProfile {
    /** Knows 401 and 403, and makes 500 of every other refusal. */
    NGINX,
    CADDY,
    TRAEFIK,
    HAPROXY;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The profile of this word in lower case, or null. */
    static @Nullable GatewayProfile of(String word) {
        for (GatewayProfile profile : values()) {
            if (profile.word.equals(word)) {
                return profile;
            }
        }
        return null;
    }

    /** What the gateway is told, where the client should get {@code status}. */
    int told(int status) {
        return this != NGINX || status == 200 || status == 401 || status == 500 ? status : 403;
    }
}
