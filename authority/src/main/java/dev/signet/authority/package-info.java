/** The authority: {@link dev.signet.authority.Authority} builds every part and starts them in order. */
@NullMarked
package dev.signet.authority;

import org.jspecify.annotations.NullMarked;
