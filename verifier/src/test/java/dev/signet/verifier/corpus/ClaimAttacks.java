package dev.signet.verifier.corpus;

import static dev.signet.verifier.corpus.Forge.claim;
import static dev.signet.verifier.corpus.Forge.good;
import static dev.signet.verifier.corpus.Forge.payload;
import static dev.signet.verifier.corpus.Forge.quoted;
import static dev.signet.verifier.testkit.TestTokens.ISSUER;
import static dev.signet.verifier.testkit.TestTokens.ORGANIZATION;
import static dev.signet.verifier.testkit.TestTokens.OTHER_ORGANIZATION;
import static dev.signet.verifier.testkit.TestTokens.OTHER_WORKSPACE;
import static dev.signet.verifier.testkit.TestTokens.WORKSPACE;

import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.verify.Verdict.Reason;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Classes 60 to 66: claims that a good signature vouches for, and that must not do all the same. */
final class ClaimAttacks {
    private ClaimAttacks() {}

    static void addTo(Cases cases) {
        audiences(cases);
        issuers(cases);
        subjects(cases);
        valueIds(cases);
        scopes(cases);
        proofs(cases);
        actors(cases);
    }

    private static void audiences(Cases cases) {
        cases.of(60).malformed("no aud", good().without("aud").sign());
        for (String json : List.of(
                "null",
                "[]",
                "7",
                "true",
                "{}",
                "{\"signet\":1}",
                "[null]",
                "[7]",
                "[[\"signet\"]]",
                "[\"signet\",7]")) {
            cases.malformed("aud " + json, payload(claim("aud", json)));
        }
        for (String audience : List.of(
                "",
                "signet2",
                "xsignet",
                "signe",
                "Signet",
                "SIGNET",
                "signet ",
                " signet",
                "signet/",
                "https://signet",
                "signet,other",
                "signet other",
                "*",
                "s*",
                "signet\u0000",
                "s\u0456gnet",
                "other")) {
            cases.refused(
                    Reason.WRONG_AUDIENCE,
                    "aud '" + audience + "'",
                    good().with("aud", audience).sign());
        }
        cases.refused(
                        Reason.WRONG_AUDIENCE,
                        "aud of others",
                        good().with("aud", List.of("one", "other")).sign())
                .refused(
                        Reason.WRONG_AUDIENCE,
                        "aud in two halves",
                        good().with("aud", List.of("sig", "net")).sign());
    }

    private static void issuers(Cases cases) {
        cases.of(61)
                .malformed("no iss", good().without("iss").sign())
                .malformed("iss empty", good().with("iss", "").sign());
        for (String json : List.of("null", "7", "[" + quoted(ISSUER) + "]", "{}")) {
            cases.malformed("iss " + json, payload(claim("iss", json)));
        }
        for (String issuer : List.of(
                ISSUER + "/",
                ISSUER.toUpperCase(Locale.ROOT),
                "HTTPS://signet.local",
                ISSUER + ".attacker.example",
                "https://signet.loca",
                "http://signet.local",
                "signet.local",
                "https://user@signet.local",
                "https://signet.local@attacker.example",
                "https://signet.local:443",
                ISSUER + "#",
                ISSUER + "?",
                " " + ISSUER,
                ISSUER + "\u0000",
                "https://s\u0456gnet.local",
                "https://xn--sgnet-4ve.local")) {
            cases.refused(
                    Reason.WRONG_ISSUER,
                    "iss '" + issuer + "'",
                    good().with("iss", issuer).sign());
        }
    }

    private static void subjects(Cases cases) {
        String other = TestTokens.id(IdType.TOKEN);
        cases.of(62)
                .refused(
                        Reason.NOT_LOADED,
                        "the token of an organization that is not held",
                        good().with("org", OTHER_ORGANIZATION).sign())
                .malformed("no org", good().without("org").sign())
                .malformed(
                        "org of an operator's token",
                        TestTokens.of(Kind.PLATFORM).with("org", ORGANIZATION).sign())
                .malformed(
                        "client_id of another", good().with("client_id", other).sign())
                .malformed("no client_id", good().without("client_id").sign())
                .malformed("no sub", good().without("sub").sign())
                .malformed(
                        "kind of another subject", good().with("kind", "user").sign())
                .malformed(
                        "kind platform without org, sub a token",
                        good().without("org").with("kind", "platform").sign())
                .malformed("kind in capitals", good().with("kind", "WORKSPACE").sign())
                .malformed("kind unknown", good().with("kind", "root").sign());
        for (String organization : List.of(
                "",
                "org",
                ORGANIZATION + "/" + WORKSPACE,
                ORGANIZATION + " ",
                ORGANIZATION.toUpperCase(Locale.ROOT),
                "organizations/" + ORGANIZATION,
                "*",
                "-",
                WORKSPACE)) {
            cases.malformed(
                    "org '" + shown(organization) + "'",
                    good().with("org", organization).sign());
        }
        for (String subject : List.of(
                "",
                "tok",
                other + "/x",
                other + "\u0000",
                "../" + other,
                other.substring(4),
                other.toUpperCase(Locale.ROOT),
                TestTokens.id(IdType.USER),
                "tok_" + "8".repeat(26),
                "*")) {
            cases.malformed(
                    "sub '" + shown(subject) + "'",
                    good().with("sub", subject).with("client_id", subject).sign());
        }
        cases.refused(
                        Reason.PERMISSION_DENIED,
                        "roles on a workspace of others",
                        grants(OTHER_WORKSPACE, "WORKSPACE_OPERATOR"))
                .refused(
                        Reason.PERMISSION_DENIED,
                        "roles on another organization",
                        grants(OTHER_ORGANIZATION, "ORGANIZATION_OWNER"))
                .refused(
                        Reason.PERMISSION_DENIED,
                        "an operator's token on an organization's resource",
                        TestTokens.of(Kind.PLATFORM).sign());
    }

    /** Ids are drawn anew by each process; a name must not be. */
    private static String shown(String text) {
        return text.replaceAll("[0-9a-hjkmnp-tv-zA-HJKMNP-TV-Z]{26}", "ID");
    }

    private static String grants(String resource, String role) {
        return good().grants(Map.of(resource, List.of(role))).sign();
    }

    private static void valueIds(Cases cases) {
        String id = (String) good().claim("jti");
        cases.of(63).malformed("no jti", good().without("jti").sign());
        for (String json : List.of("null", "7", "[]", "{}", "\"\"")) {
            cases.malformed("jti " + json, payload(claim("jti", json)));
        }
        cases.malformed("jti one character longer", good().with("jti", id + "0").sign())
                .malformed(
                        "jti one character shorter",
                        good().with("jti", id.substring(1)).sign())
                .malformed(
                        "jti in capitals",
                        good().with("jti", id.toUpperCase(Locale.ROOT)).sign())
                .malformed(
                        "jti of more than 128 bits",
                        good().with("jti", "8" + id.substring(1)).sign())
                .malformed(
                        "jti with a letter of another alphabet",
                        good().with("jti", id.substring(1) + "\u0430").sign())
                .malformed("jti a subject", good().with("jti", good().subject()).sign())
                .malformed(
                        "jti of 4 KiB", good().with("jti", "0".repeat(4 << 10)).sign())
                .malformed(
                        "jti of 1 MiB", good().with("jti", "0".repeat(1 << 20)).sign());
        for (String json : List.of(
                "{}",
                "{\"status_list\":{}}",
                "{\"status_list\":{\"idx\":-1,\"uri\":\"x\"}}",
                "{\"status_list\":{\"idx\":2147483648,\"uri\":\"x\"}}",
                "{\"status_list\":{\"idx\":7}}",
                "{\"status_list\":{\"idx\":\"7\",\"uri\":\"x\"}}",
                "null")) {
            cases.malformed("status " + json, payload(claim("status", json)));
        }
    }

    private static void scopes(Cases cases) {
        TestTokens none = good().grants(Map.of());
        cases.of(64)
                .refused(Reason.PERMISSION_DENIED, "no roles", none.sign())
                .refused(
                        Reason.PERMISSION_DENIED,
                        "a scope and no roles",
                        none.with("scope", "deployment.deploys.create").sign())
                .refused(
                        Reason.PERMISSION_DENIED,
                        "scp and no roles",
                        none.with("scp", List.of("deployment.deploys.create")).sign())
                .refused(
                        Reason.PERMISSION_DENIED,
                        "roles beside grants",
                        none.with("roles", List.of("WORKSPACE_OPERATOR")).sign())
                .refused(
                        Reason.PERMISSION_DENIED,
                        "permissions beside grants",
                        none.with("permissions", List.of("*")).sign());
        for (String role : List.of(
                "*",
                "WORKSPACE_*",
                "workspace_operator",
                "WORKSPACE_OPERATOR ",
                "",
                "deployment.deploys.create",
                "ROOT",
                TestTokens.id(IdType.ROLE))) {
            cases.refused(Reason.PERMISSION_DENIED, "the role '" + shown(role) + "'", grants(WORKSPACE, role));
        }
        for (String resource :
                List.of("*", "", "organizations/" + ORGANIZATION + "/workspaces/" + WORKSPACE, WORKSPACE + "/", "-")) {
            cases.refused(
                    Reason.PERMISSION_DENIED,
                    "a role on '" + shown(resource) + "'",
                    grants(resource, "WORKSPACE_OPERATOR"));
        }
        for (String json : List.of(
                "null",
                "[]",
                "\"*\"",
                "{\"*\":\"*\"}",
                "{\"*\":null}",
                "{\"*\":[null]}",
                "{\"*\":[7]}",
                "{\"*\":{}}",
                "true")) {
            cases.malformed("grants " + json, payload(claim("grants", json)));
        }
        cases.malformed(
                        "grants and grants_by_feed",
                        good().with("grants_by_feed", true).sign())
                .malformed("no grants", good().without("grants").sign())
                .malformed(
                        "no grants, grants_by_feed false",
                        good().without("grants").with("grants_by_feed", false).sign())
                .refused(
                        Reason.NOT_LOADED,
                        "grants_by_feed, of which the feed told nothing",
                        good().without("grants").with("grants_by_feed", true).sign());
    }

    private static void proofs(Cases cases) {
        cases.of(65);
        for (String json : List.of(
                "{\"jkt\":\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\"}",
                "{\"x5t#S256\":\"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2\"}",
                "{\"jwk\":{\"kty\":\"EC\"}}",
                "{\"jku\":\"https://attacker.example/\"}",
                "{\"kid\":\"x\"}",
                "{}",
                "null",
                "\"x\"",
                "[]")) {
            cases.malformed("cnf " + json, payload(claim("cnf", json)));
        }
    }

    private static void actors(Cases cases) {
        TestTokens none = good().grants(Map.of());
        Map<String, Object> owner = Map.of(
                "sub", TestTokens.id(IdType.USER), "grants", Map.of(ORGANIZATION, List.of("ORGANIZATION_OWNER")));
        cases.of(66)
                .refused(
                        Reason.PERMISSION_DENIED,
                        "act with roles",
                        none.with("act", owner).sign())
                .refused(
                        Reason.PERMISSION_DENIED,
                        "may_act with roles",
                        none.with("may_act", owner).sign())
                .malformed(
                        "act in place of sub",
                        good().without("sub")
                                .without("client_id")
                                .with("act", owner)
                                .sign())
                .malformed("act twice", payload(Forge.with(claim("act", "{}"), "\"act\":{}")))
                .malformed("act with two sub", payload(claim("act", "{\"sub\":\"a\",\"sub\":\"b\"}")));
        for (int deep : new int[] {8, 50, 500}) {
            cases.malformed(
                            "act " + deep + " deep",
                            payload(claim("act", "{\"act\":".repeat(deep) + "{}" + "}".repeat(deep))))
                    .malformed(
                            "may_act " + deep + " deep",
                            payload(claim("may_act", "{\"act\":".repeat(deep) + "{}" + "}".repeat(deep))));
        }
    }
}
