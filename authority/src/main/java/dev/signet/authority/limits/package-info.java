/** How much anybody may ask for, and who goes first when there is more than can be done. */
@NullMarked
package dev.signet.authority.limits;

import org.jspecify.annotations.NullMarked;
