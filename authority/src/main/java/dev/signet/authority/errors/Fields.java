package dev.signet.authority.errors;

import org.jspecify.annotations.Nullable;

/** What several requests ask of their fields. Each refuses with INVALID_ARGUMENT and the field's name. */
public final class Fields {
    private static final int DISPLAY_NAME = 256;
    private static final int DESCRIPTION = 500;
    private static final int LONGEST_PERIOD_DAYS = 3650;

    private Fields() {}

    /** 1 to 256 characters, counted as people count them: by code points. */
    public static void requireDisplayName(String field, String value) {
        int length = value.codePointCount(0, value.length());
        if (length < 1 || length > DISPLAY_NAME) {
            throw Refusal.invalid(field, "must have 1 to 256 characters, has " + length);
        }
        if (value.isBlank()) {
            throw Refusal.invalid(field, "must not be blank");
        }
    }

    public static void requireDescription(String field, String value) {
        int length = value.codePointCount(0, value.length());
        if (length > DESCRIPTION) {
            throw Refusal.invalid(field, "must have at most 500 characters, has " + length);
        }
    }

    /** Null means never. */
    public static void requireExpiryPeriod(String field, @Nullable Integer days) {
        if (days != null && (days < 1 || days > LONGEST_PERIOD_DAYS)) {
            throw Refusal.invalid(field, "must be from 1 to 3650, or absent for never, is " + days);
        }
    }

    /** Something that looks like {@code name@host}; whether it can be reached is not for us to say. */
    public static void requireEmail(String field, String value) {
        if (value.length() > 320 || !value.matches("[^\\s@\\p{Cntrl}]+@[^\\s@\\p{Cntrl}]+")) {
            throw Refusal.invalid(field, "must be an email address of at most 320 characters");
        }
    }

    /** Refuses an update of something that was changed since the caller read it; null is any version. */
    public static void requireEtag(@Nullable String etag, long version, String resourceName) {
        if (etag != null && !etag.equals(Long.toString(version))) {
            throw Refusal.etagMismatch(resourceName);
        }
    }
}
