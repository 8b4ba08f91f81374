package dev.signet.authority.grpc;

import dev.signet.authority.TestAuthority;
import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;

/** A service behind all that {@link GrpcServer} puts before those that need a credential. */
public final class Guarded {
    private Guarded() {}

    public static ServerServiceDefinition service(TestAuthority authority, BindableService service) {
        return ServerInterceptors.intercept(
                service, new DenialRecorder(authority.audit()), new CallerGate(authority.verifier()), new ErrorDoor());
    }
}
