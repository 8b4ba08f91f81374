/** The verifier as a process beside a workload: gRPC, and HTTP for gateways, over loopback and unix sockets; health. */
@NullMarked
package dev.signet.verifier.sidecar;

import org.jspecify.annotations.NullMarked;
