/** {@link dev.signet.verifier.verify.TokenVerifier}: the ordered checks of a token against the trust state. */
@NullMarked
package dev.signet.verifier.verify;

import org.jspecify.annotations.NullMarked;
