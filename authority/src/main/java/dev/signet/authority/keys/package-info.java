/** Signing keys and the feed key: made once, kept sealed under the master key or in an HSM, opened only here. */
@NullMarked
package dev.signet.authority.keys;

import org.jspecify.annotations.NullMarked;
