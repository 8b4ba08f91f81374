/** The HTTP port: requests read whole and within bounds, the routes they take, and how answers are written. */
@NullMarked
package dev.signet.authority.http;

import org.jspecify.annotations.NullMarked;
