/** Who may do what: the catalogue of roles, the caller as the store knows it, and the one decision. */
@NullMarked
package dev.signet.authority.access;

import org.jspecify.annotations.NullMarked;
