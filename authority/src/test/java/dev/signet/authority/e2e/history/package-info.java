/** What clients and verifiers went through while servers failed, written down, and what that may not hold. */
@NullMarked
package dev.signet.authority.e2e.history;

import org.jspecify.annotations.NullMarked;
