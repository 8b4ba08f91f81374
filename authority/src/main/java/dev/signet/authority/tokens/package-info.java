/** API tokens: create, update, rotate, delete, and the signed value of each. */
@NullMarked
package dev.signet.authority.tokens;

import org.jspecify.annotations.NullMarked;
