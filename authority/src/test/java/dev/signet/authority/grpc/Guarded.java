package dev.signet.authority.grpc;

import dev.signet.authority.TestAuthority;
import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;

/** Services behind what {@link GrpcServer} puts before them. */
public final class Guarded {
    private Guarded() {}

    /** One that needs a credential. */
    public static ServerServiceDefinition service(TestAuthority authority, BindableService service) {
        return ServerInterceptors.intercept(
                service,
                new TextGate(),
                new DenialRecorder(authority.audit()),
                new CallerGate(authority.verifier()),
                new ErrorDoor());
    }

    /** A service behind all that it puts before those that need none. */
    public static ServerServiceDefinition open(BindableService service) {
        return ServerInterceptors.intercept(service, new TextGate(), new ErrorDoor());
    }
}
