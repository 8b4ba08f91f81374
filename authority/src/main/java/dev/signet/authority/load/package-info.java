/**
 * The load test: calls that start when they were planned to, whatever the server does meanwhile, and what is measured
 * of them. A plain gRPC client; it knows nothing of the authority but its API.
 */
@NullMarked
package dev.signet.authority.load;

import org.jspecify.annotations.NullMarked;
