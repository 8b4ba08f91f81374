/**
 * The negative corpus: what an attacker may present, with the reason for which it must be refused. Made once a process,
 * and presented at every door of verifier and authority, each by its own test class; {@code docs/attacks.md} lists the
 * classes. What an attack changes is signed anew with a key that is trusted, wherever the attack is about anything but
 * the signature, so that nothing but the check in question is left to refuse it.
 */
@NullMarked
package dev.signet.verifier.corpus;

import org.jspecify.annotations.NullMarked;
