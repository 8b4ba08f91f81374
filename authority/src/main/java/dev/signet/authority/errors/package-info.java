/** The one exception by which the domain refuses; {@code grpc} maps it to a status. */
@NullMarked
package dev.signet.authority.errors;

import org.jspecify.annotations.NullMarked;
