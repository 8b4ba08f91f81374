package dev.signet.authority.grpc;

import dev.signet.authority.access.Call;
import dev.signet.authority.audit.AuditLog;
import dev.signet.authority.errors.Refusal;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Objects;

/** Writes down in the audit log that a known caller was refused something. Passes the refusal on. */
final class DenialRecorder implements ServerInterceptor {
    private final AuditLog log;

    DenialRecorder(AuditLog log) {
        this.log = log;
    }

    @Override
    public <Q, R> Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        if (CallerGate.watcher() != null) {
            // It belongs to no organization in whose log its denials would be looked for.
            return next.startCall(call, headers);
        }
        Call caller = CallerGate.call();
        String method = Objects.requireNonNullElse(call.getMethodDescriptor().getBareMethodName(), "unknown");
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            @Override
            public void onMessage(Q message) {
                recorded(() -> super.onMessage(message));
            }

            @Override
            public void onHalfClose() {
                recorded(super::onHalfClose);
            }

            private void recorded(Runnable event) {
                try {
                    event.run();
                } catch (Refusal refusal) {
                    if (refusal.code() == Refusal.Code.PERMISSION_DENIED
                            || (refusal.code() == Refusal.Code.NOT_FOUND && isForeign(refusal, caller))) {
                        log.denied(caller, method, refusal.metadata().getOrDefault("resource", ""), refusal.reason());
                    }
                    throw refusal;
                }
            }
        };
    }

    /** Whether somebody reached for another organization. */
    private static boolean isForeign(Refusal refusal, Call caller) {
        String resource = refusal.metadata().getOrDefault("resource", "");
        return !(resource + "/").startsWith("organizations/" + caller.claims().organization() + "/");
    }
}
