/** Looks for secrets where none may be: in what processes print, answer and leave on the disk. */
@NullMarked
package dev.signet.authority.e2e.secrets;

import org.jspecify.annotations.NullMarked;
