/** The verifier: what a token is, what must be trusted, and the checks that follow from both. */
@NullMarked
package dev.signet.verifier;

import org.jspecify.annotations.NullMarked;
