package dev.signet.authority.load;

import java.util.Locale;

/** Which calls are made. */
public enum LoadTarget {
    /** {@code Verify} of the sidecar. */
    VERIFY,
    /** {@code VerifyStream} of the sidecar, one stream a connection. */
    STREAM,
    /** {@code CreateToken} of the authority. */
    CREATE,
    /** {@code ExchangeApiKey} of the authority. */
    EXCHANGE,
    /** {@code RotateToken} of the authority. */
    ROTATE;

    /** Whether the sidecar is asked, and not the authority. */
    public boolean isVerifier() {
        return this == VERIFY || this == STREAM;
    }

    /** What every call is, where no mix says. */
    Mix mix() {
        return switch (this) {
            case VERIFY, STREAM -> Mix.DEFAULT;
            case CREATE -> Mix.only(Kind.CREATE);
            case EXCHANGE -> Mix.only(Kind.EXCHANGE);
            case ROTATE -> Mix.only(Kind.ROTATE);
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
