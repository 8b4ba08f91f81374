/**
 * What a token is: ids, header, claims, the strict codec, the allowed algorithms and the keys that check them.
 *
 * <p>Knows no server, no trust state and no private key. {@link dev.signet.verifier.token.CompactToken} is what was
 * read and nothing more; {@link dev.signet.verifier.token.VerifiedToken} is what a signature vouches for.
 */
@NullMarked
package dev.signet.verifier.token;

import org.jspecify.annotations.NullMarked;
