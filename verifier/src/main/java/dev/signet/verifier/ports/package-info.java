/** Who is connected to a port of gRPC, and what each connection may do before anybody looks at its calls. */
@NullMarked
package dev.signet.verifier.ports;

import org.jspecify.annotations.NullMarked;
