/** Measures what the authority claims, each figure beside its floor in the same run. */
@org.jspecify.annotations.NullMarked
package dev.signet.authority.bench;
