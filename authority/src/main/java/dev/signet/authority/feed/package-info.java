/** Fans trust changes out to verifiers, and keeps this process's own checker up to date. */
@NullMarked
package dev.signet.authority.feed;

import org.jspecify.annotations.NullMarked;
