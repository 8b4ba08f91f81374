/** The ledger: one interface in domain terms, with JDBC behind it. */
@NullMarked
package dev.signet.authority.store;

import org.jspecify.annotations.NullMarked;
