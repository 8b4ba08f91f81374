/** Measures what the project claims, each figure beside its floor or a peer in the same run. */
@org.jspecify.annotations.NullMarked
package dev.signet.verifier.bench;
