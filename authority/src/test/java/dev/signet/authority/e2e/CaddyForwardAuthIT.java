package dev.signet.authority.e2e;

final class CaddyForwardAuthIT extends ForwardAuthContract {
    CaddyForwardAuthIT() {
        super(Gateway.CADDY);
    }
}
