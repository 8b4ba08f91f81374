package dev.signet.authority.e2e;

final class NginxForwardAuthIT extends ForwardAuthContract {
    NginxForwardAuthIT() {
        super(Gateway.NGINX);
    }
}
