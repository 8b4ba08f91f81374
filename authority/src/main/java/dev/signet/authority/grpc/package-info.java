/** The edge: words on the wire to domain and back; errors leave by one door. */
@NullMarked
package dev.signet.authority.grpc;

import org.jspecify.annotations.NullMarked;
