package dev.signet.authority.grpc;

import dev.signet.authority.audit.AuditLog;
import dev.signet.authority.feed.CertificateVerifiers;
import dev.signet.authority.limits.Callers;
import dev.signet.authority.limits.LimitsConfig;
import dev.signet.authority.trace.CallTrace;
import dev.signet.verifier.verify.TokenVerifier;
import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The services behind what every call of them goes through, from whichever port it comes: what measures it,
 * {@link CallTrace}, {@link ErrorDoor}, {@link CallerGate}, {@link RateGate} and {@link DenialRecorder}; the open ones only
 * through the first three.
 */
public final class GuardedServices {
    private final ServerInterceptor measures;
    private final Callers callers;
    private final CallerGate gate;
    private final List<ServerServiceDefinition> guarded = new ArrayList<>();
    private final List<ServerServiceDefinition> open = new ArrayList<>();

    /** As below, with limits that nobody reaches. */
    public GuardedServices(
            ServerInterceptor measures,
            TokenVerifier verifier,
            AuditLog log,
            List<BindableService> services,
            List<BindableService> open) {
        this(measures, verifier, Callers.of(LimitsConfig.UNLIMITED, () -> 0), null, log, services, open);
    }

    /**
     * Puts the guards before the services.
     *
     * @param measures sees each call first, and its end last
     * @param callers what limits them
     * @param certificates who may watch by one in place of a token; null for nobody
     * @param services those that need a credential
     * @param open those that need none
     */
    public GuardedServices(
            ServerInterceptor measures,
            TokenVerifier verifier,
            Callers callers,
            @Nullable CertificateVerifiers certificates,
            AuditLog log,
            List<BindableService> services,
            List<BindableService> open) {
        this.measures = measures;
        this.callers = callers;
        this.gate = new CallerGate(verifier, callers.attempts(), certificates);
        // The last one named is asked first.
        for (BindableService service : services) {
            guarded.add(ServerInterceptors.intercept(
                    service,
                    new TextGate(),
                    new DenialRecorder(log),
                    new RateGate(callers.rates()),
                    gate,
                    new ErrorDoor(),
                    new CallTrace()));
        }
        for (BindableService service : open) {
            this.open.add(ServerInterceptors.intercept(
                    service, new TextGate(), new CallerAddress(), new ErrorDoor(), new CallTrace()));
        }
    }

    /** For calls that are made on threads of their own. */
    List<ServerServiceDefinition> all() {
        return Stream.concat(guarded.stream(), open.stream())
                .map(service -> ServerInterceptors.intercept(service, measures))
                .toList();
    }

    /** For calls that come in on connections, each put into its lane. */
    List<ServerServiceDefinition> arriving(Arrivals arrivals) {
        return Stream.concat(
                        guarded.stream().map(service -> ServerInterceptors.intercept(service, arrivals.at(gate))),
                        open.stream().map(service -> ServerInterceptors.intercept(service, arrivals.at(null))))
                .map(service -> ServerInterceptors.intercept(service, measures))
                .toList();
    }

    Callers callers() {
        return callers;
    }

    /** Of those that need a credential. */
    List<String> names() {
        return guarded.stream()
                .map(service -> service.getServiceDescriptor().getName())
                .toList();
    }
}
