/** The {@code signet} command. Every verb but serve, sidecar and dev is a plain gRPC client. */
@NullMarked
package dev.signet.authority.cli;

import org.jspecify.annotations.NullMarked;
