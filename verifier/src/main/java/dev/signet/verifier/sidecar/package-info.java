/** The verifier as a process beside a workload: gRPC over loopback and a unix socket, health, its own configuration. */
@NullMarked
package dev.signet.verifier.sidecar;

import org.jspecify.annotations.NullMarked;
