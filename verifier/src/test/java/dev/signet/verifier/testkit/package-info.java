/**
 * What tests of the verifier, and of whatever embeds it, share: keys with both halves, tokens forged by an independent
 * library, clocks and a scheduler that move only when told, and an authority's feed that a test plays by hand.
 */
@NullMarked
package dev.signet.verifier.testkit;

import org.jspecify.annotations.NullMarked;
