package dev.signet.verifier.trust;

import dev.signet.verifier.token.VerificationKey;

/** A key and where it is in its life. */
public record TrustedKey(VerificationKey key, KeyState state) {}
