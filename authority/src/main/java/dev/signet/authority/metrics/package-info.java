/** What Prometheus reads of an authority, and how it is measured. */
@NullMarked
package dev.signet.authority.metrics;

import org.jspecify.annotations.NullMarked;
