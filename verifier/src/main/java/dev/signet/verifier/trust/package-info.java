/**
 * What a verifier must know: the installation and each organization as one immutable part, with its freshness.
 *
 * <p>{@link dev.signet.verifier.trust.TrustState} holds the parts; a part that is not there means "load it or refuse",
 * never "not revoked".
 */
@NullMarked
package dev.signet.verifier.trust;

import org.jspecify.annotations.NullMarked;
