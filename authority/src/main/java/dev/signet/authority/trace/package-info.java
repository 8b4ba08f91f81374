/** The trace that a request belongs to (W3C Trace Context), so that log lines of it can be found from there. */
@NullMarked
package dev.signet.authority.trace;

import org.jspecify.annotations.NullMarked;
