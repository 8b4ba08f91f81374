/** Signing keys: made once, sealed at rest under the master key, opened only here. */
@NullMarked
package dev.signet.authority.keys;

import org.jspecify.annotations.NullMarked;
