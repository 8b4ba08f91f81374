/** What happened, in an order nobody can quietly change: export, proof of the chain, denied attempts, retention. */
@NullMarked
package dev.signet.authority.audit;

import org.jspecify.annotations.NullMarked;
