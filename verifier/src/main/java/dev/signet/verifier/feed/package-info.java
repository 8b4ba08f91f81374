/**
 * The verifier's end of the authority's feed: a snapshot of each part, every change after it, and pings that tell how
 * fresh the whole is.
 */
@NullMarked
package dev.signet.verifier.feed;

import org.jspecify.annotations.NullMarked;
