package dev.signet.verifier.corpus;

import java.util.ArrayList;
import java.util.List;

/**
 * One way in which a good token, or none, is carried by a request: classes 71 and 75.
 *
 * @param attack the number of its class
 * @param name what is odd about it
 * @param found what a door must find
 * @param headers names and values, {@link #TOKEN} standing for a good token
 * @param query what follows the path, from the question mark on
 */
public record HeaderCase(int attack, String name, Found found, List<Header> headers, String query) {
    /** Stands for a good token. */
    static final String TOKEN = "{token}";

    /** What is in a request. */
    public enum Found {
        /** Nothing that anybody asked for. */
        NO_CREDENTIAL,
        /** More than one header. */
        SEVERAL,
        /** A scheme that is another. */
        OTHER_SCHEME,
        /** One word, which is no scheme and a token. */
        ONE_WORD,
        /** The right scheme, with something that is no token. */
        NO_TOKEN,
        /** A good token with white space behind it, which HTTP/1 takes off (RFC 9110 section 5.5) and nobody else. */
        PADDED,
        /** A good token; the scheme's case does not matter (RFC 9110 section 11.1). */
        GOOD
    }

    /** One line. */
    public record Header(String name, String value) {
        /** The value may be a secret. */
        @Override
        public String toString() {
            return name;
        }
    }

    /** The headers with a token in its places. */
    public List<Header> headers(String token) {
        return headers.stream()
                .map(header -> new Header(header.name(), header.value().replace(TOKEN, token)))
                .toList();
    }

    public String query(String token) {
        return query.replace(TOKEN, token);
    }

    public String title() {
        return "%02d %s".formatted(attack, name);
    }

    public static List<HeaderCase> cases() {
        List<HeaderCase> cases = new ArrayList<>();
        for (String value : List.of(
                "Bearer {token}, Bearer {token}",
                "Bearer {token},Bearer {token}",
                "Bearer {token},{token}",
                "Bearer x, Bearer {token}",
                "Bearer {token} x",
                "Bearer {token} {token}",
                "Bearer \"{token}\"",
                "Bearer token={token}",
                "Bearer <{token}>",
                "Bearer Bearer {token}",
                "Bearer {token};",
                "Bearer =")) {
            cases.add(authorization(value, Found.NO_TOKEN));
        }
        for (String value : List.of(
                "Basic dTpw",
                "Basic {token}",
                "Token {token}",
                "DPoP {token}",
                "Negotiate {token}",
                "Bear {token}",
                "Bearers {token}")) {
            cases.add(authorization(value, Found.OTHER_SCHEME));
        }
        for (String value : List.of("{token}", "Bearer:{token}", "Bearer{token}", "Bearer={token}")) {
            cases.add(authorization(value, Found.ONE_WORD));
        }
        for (String value : List.of("Bearer {token} ", "Bearer {token}\t")) {
            cases.add(authorization(value, Found.PADDED));
        }
        for (String value : List.of("bearer {token}", "BEARER {token}", "bEaReR {token}", "Bearer   {token}")) {
            cases.add(authorization(value, Found.GOOD));
        }
        for (List<String> two : List.of(
                List.of("Bearer {token}", "Bearer {token}"),
                List.of("Bearer {token}", "Bearer x"),
                List.of("Bearer x", "Bearer {token}"),
                List.of("Basic dTpw", "Bearer {token}"),
                List.of("Bearer {token}", "Basic dTpw"),
                List.of("Bearer {token}", "bearer {token}"))) {
            cases.add(new HeaderCase(
                    71,
                    "two headers, " + String.join(" and ", two),
                    Found.SEVERAL,
                    two.stream()
                            .map(value -> new Header("authorization", value))
                            .toList(),
                    ""));
        }
        for (String name : List.of(
                "proxy-authorization",
                "x-forwarded-authorization",
                "x-original-authorization",
                "x-access-token",
                "x-api-key",
                "www-authenticate",
                "authorization-x")) {
            cases.add(elsewhere(71, name, "Bearer {token}"));
        }
        cases.add(elsewhere(71, "cookie", "access_token={token}"));
        cases.add(elsewhere(71, "cookie", "authorization=Bearer {token}"));
        for (String query : List.of(
                "?access_token={token}", "?authorization=Bearer%20{token}", "?token={token}", "?bearer={token}")) {
            cases.add(new HeaderCase(71, "nothing but " + query, Found.NO_CREDENTIAL, List.of(), query));
        }
        cases.add(new HeaderCase(71, "nothing", Found.NO_CREDENTIAL, List.of(), ""));
        // Whoever believes such a header believes anybody (class 75).
        for (String line : List.of(
                "x-auth-subject: tok_1",
                "x-auth-reason: ACCEPTED",
                "x-auth-status: 200",
                "x-forwarded-user: admin",
                "x-remote-user: admin",
                "x-jwt-payload: {}",
                "x-envoy-auth-failure-mode-allowed: true",
                "x-signet-verdict: ACCEPTED")) {
            String[] parts = line.split(": ", 2);
            cases.add(elsewhere(75, parts[0], parts[1]));
        }
        return List.copyOf(cases);
    }

    private static HeaderCase authorization(String value, Found found) {
        return new HeaderCase(71, "'" + value + "'", found, List.of(new Header("authorization", value)), "");
    }

    private static HeaderCase elsewhere(int attack, String name, String value) {
        return new HeaderCase(
                attack,
                "nothing but " + name + ": " + value,
                Found.NO_CREDENTIAL,
                List.of(new Header(name, value)),
                "");
    }
}
