package dev.signet.authority.grpc;

import dev.signet.authority.audit.AuditLog;
import dev.signet.authority.feed.CertificateVerifiers;
import dev.signet.authority.trace.CallTrace;
import dev.signet.verifier.verify.TokenVerifier;
import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The services behind what every call of them goes through, from whichever port it comes: {@link CallTrace}, what
 * measures it, {@link ErrorDoor}, {@link CallerGate} and {@link DenialRecorder}; the open ones only through the first three.
 */
public final class GuardedServices {
    private final List<ServerServiceDefinition> all = new ArrayList<>();
    private final List<String> names = new ArrayList<>();

    /**
     * Puts the guards before the services.
     *
     * @param measures sees each call first, and its end last
     * @param services those that need a credential
     * @param open those that need none
     */
    public GuardedServices(
            ServerInterceptor measures,
            TokenVerifier verifier,
            AuditLog log,
            List<BindableService> services,
            List<BindableService> open) {
        this(measures, verifier, null, log, services, open);
    }

    /** @param certificates who may watch by one in place of a token; null for nobody */
    public GuardedServices(
            ServerInterceptor measures,
            TokenVerifier verifier,
            @Nullable CertificateVerifiers certificates,
            AuditLog log,
            List<BindableService> services,
            List<BindableService> open) {
        // The last one named is asked first.
        for (BindableService service : services) {
            ServerServiceDefinition guarded = ServerInterceptors.intercept(
                    service,
                    new TextGate(),
                    new DenialRecorder(log),
                    new CallerGate(verifier, certificates),
                    new ErrorDoor(),
                    measures,
                    new CallTrace());
            all.add(guarded);
            names.add(guarded.getServiceDescriptor().getName());
        }
        for (BindableService service : open) {
            all.add(ServerInterceptors.intercept(service, new TextGate(), new ErrorDoor(), measures, new CallTrace()));
        }
    }

    List<ServerServiceDefinition> all() {
        return all;
    }

    /** Of those that need a credential. */
    List<String> names() {
        return names;
    }
}
