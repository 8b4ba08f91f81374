/** The built software as real processes, over loopback: what only shows when they start, talk, crash and stand still. */
@NullMarked
package dev.signet.authority.e2e;

import org.jspecify.annotations.NullMarked;
