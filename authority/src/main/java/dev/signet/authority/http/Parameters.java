package dev.signet.authority.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parameters of a query or a form ({@code application/x-www-form-urlencoded}). */
public final class Parameters {
    private static final String FORM = "application/x-www-form-urlencoded";

    private final Map<String, List<String>> valuesByName;

    private Parameters(Map<String, List<String>> valuesByName) {
        this.valuesByName = valuesByName;
    }

    /** @throws BadForm where the text is none of this form */
    public static Parameters of(String encoded) {
        Map<String, List<String>> valuesByName = new LinkedHashMap<>();
        for (String pair : encoded.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            valuesByName.computeIfAbsent(name, each -> new ArrayList<>()).add(value);
        }
        return new Parameters(valuesByName);
    }

    /** @throws BadForm where the body is no form */
    public static Parameters ofForm(HttpRequest request) {
        String type = Objects.requireNonNullElse(request.header("Content-Type"), "");
        int semicolon = type.indexOf(';');
        if (!(semicolon < 0 ? type : type.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT)
                .equals(FORM)) {
            throw new BadForm("Content-Type", "must be " + FORM);
        }
        return of(request.body());
    }

    /**
     * The one value of a parameter; what is sent without a value counts as not sent (RFC 6749 section 3.2).
     *
     * @throws BadForm where it was sent twice
     */
    public @Nullable String optional(String name) {
        List<String> values = valuesByName.getOrDefault(name, List.of());
        if (values.size() > 1) {
            throw new BadForm(name, "was sent more than once");
        }
        return values.isEmpty() || values.get(0).isEmpty() ? null : values.get(0);
    }

    /** @throws BadForm where it was not sent, or twice */
    public String required(String name) {
        String value = optional(name);
        if (value == null) {
            throw new BadForm(name, "is missing");
        }
        return value;
    }

    /** Every value of a parameter, in the order sent. */
    public List<String> all(String name) {
        return valuesByName.getOrDefault(name, List.of());
    }

    public Set<String> names() {
        return valuesByName.keySet();
    }

    /**
     * Undoes the encoding of one name or value.
     *
     * @throws BadForm where it is none
     */
    public static String decode(String encoded) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
        for (int at = 0; at < encoded.length(); at++) {
            char each = encoded.charAt(at);
            if (each == '+') {
                bytes.write(' ');
            } else if (each != '%') {
                bytes.writeBytes(String.valueOf(each).getBytes(UTF_8));
            } else if (at + 2 < encoded.length()
                    && Character.digit(encoded.charAt(at + 1), 16) >= 0
                    && Character.digit(encoded.charAt(at + 2), 16) >= 0) {
                bytes.write(Integer.parseInt(encoded, at + 1, at + 3, 16));
                at += 2;
            } else {
                throw notEncoded();
            }
        }
        String decoded = Utf8.decode(bytes.toByteArray());
        if (decoded == null) {
            throw notEncoded();
        }
        return decoded;
    }

    private static BadForm notEncoded() {
        return new BadForm("parameters", "are not encoded as a form is");
    }

    /** Names alone, as values may be secrets. */
    @Override
    public String toString() {
        return "Parameters" + valuesByName.keySet();
    }
}
