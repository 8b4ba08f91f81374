package dev.signet.verifier.corpus;

import java.util.ArrayList;
import java.util.List;

/**
 * One of the 76 classes of attacks, and what answers it.
 *
 * @param number from 1 to 76
 * @param title what the attacker does
 * @param answer what stands in the way, by its name in the code; or why there is nothing to attack
 * @param applies whether there is something to attack
 */
public record AttackClass(int number, String title, String answer, boolean applies) {
    private static final String HEADER = "`TokenCodec`: a header has `alg`, `kid` and `typ`, and nothing else";

    /** All of them, in their order. */
    public static List<AttackClass> all() {
        List<AttackClass> all = new ArrayList<>();
        algorithms(all);
        signatures(all);
        keys(all);
        headers(all);
        formats(all);
        json(all);
        claims(all);
        states(all);
        return List.copyOf(all);
    }

    private static void add(List<AttackClass> all, String title, String answer) {
        all.add(new AttackClass(all.size() + 1, title, answer, true));
    }

    private static void addInapplicable(List<AttackClass> all, String title, String why) {
        all.add(new AttackClass(all.size() + 1, title, why, false));
    }

    private static void algorithms(List<AttackClass> all) {
        String named = "`Algorithm.named`: four names, compared exactly";
        String bound = "`CompactToken.verifiedWith`: the algorithm is the key's, and the header must agree";
        add(all, "`alg` none, no signature", named);
        add(all, "`None`, `nOnE`, `NONE`, with spaces, in other letters", named);
        add(all, "`alg` none with a signature", named);
        add(
                all,
                "`alg` missing, null, a number, an array, an object",
                "`TokenCodec.readHeader`: a string is asked for");
        add(
                all,
                "HS256 with a public key for the secret",
                named + "; a keyed hash under the key's own `alg` fits no key");
        add(all, "the same with white space around the PEM", named);
        add(all, "an allowed `alg`, with a key of another", bound);
        add(all, "a key without `alg`", "`TrustCodec`: a key comes with one of the four algorithms, or does not come");
        add(all, "RS256 for PS256, and back", bound + "; `CryptoProvider` fixes hash, mask and salt");
        add(all, "ES256 with keys of other curves; ES256K", named + "; `VerificationKey.of` takes P-256 alone");
        add(all, "EdDSA for ES256, and back; Ed448", bound + "; `VerificationKey.of` takes Ed25519 alone");
        add(
                all,
                "weak or degenerate RSA keys",
                "`VerificationKey.of`: 2048 bits at least, an odd exponent, and the provider's own checks");
    }

    private static void signatures(List<AttackClass> all) {
        String range = "`VerificationKey.isInRange`: r and s from 1 to n - 1, asked before the provider is";
        String length = "`VerificationKey.verifies`: exactly as long as the key's signatures are";
        String provider = "the crypto provider, behind `VerificationKey.verifies`";
        add(all, "r = s = 0 (CVE-2022-21449)", range);
        add(all, "r or s at and beyond the edges", range);
        add(all, "ES256 in DER", length);
        add(all, "63 or 65 bytes, zeros added", length);
        add(
                all,
                "the second text of a token, s for n - s",
                "accepted as the first one is, and ended with it: nothing is revoked, counted or told by text");
        add(all, "RSA numbers beyond the modulus, led by zeros, cut", length + "; " + provider);
        add(all, "PKCS #1 v1.5 paddings and digest names", provider);
        add(
                all,
                "Ed25519: S beyond the order, points of small order",
                provider + "; `VerificationKey.of` takes no key of small order");
        add(all, "an empty segment", "`Base64Url.decode`: no segment is empty");
    }

    private static void keys(List<AttackClass> all) {
        add(
                all,
                "`kid` a path, a URL, SQL, huge, in other letters",
                "`TokenCodec.readHeader`: 64 characters of base64url at most; it is looked up in a map and is nothing else");
        add(all, "no `kid`, and many keys", "`TokenCodec.readHeader`: without one nothing is tried");
        add(
                all,
                "one `kid`, several keys",
                "`TrustCodec` takes no two keys of one id; `TokenVerifier` remembers under the key itself, not its id");
        add(all, "`jwk` in the header", HEADER);
        add(all, "`jku`, `x5u`", HEADER + "; a verifier fetches nothing");
        add(all, "`x5c`, `x5t`", HEADER);
        add(
                all,
                "keys for other uses",
                "there are none to be had: the feed carries keys that check tokens, and no `use` or `key_ops`; in a header: `TokenCodec`");
        add(
                all,
                "the `kid` of a key that is not in force",
                "`KeyState.verifies`, asked on each call, of remembered tokens too");
        add(
                all,
                "a flood of unknown `kid`s",
                "`InstallationTrust.key`: a map; a key that is not there is not asked for");
    }

    private static void headers(List<AttackClass> all) {
        add(all, "`crit` with something unknown", HEADER);
        add(all, "`crit` empty, absent names, twice, of other types", HEADER);
        add(all, "`b64`", HEADER);
        add(all, "tokens of another `typ`", "`TokenCodec.readHeader`: `at+jwt`");
        add(
                all,
                "`typ` in other spellings",
                "`TokenCodec.readHeader`: `at+jwt`, exactly, though RFC 9068 has `application/at+jwt` for the same");
        add(all, "`cty`, a token in a token", HEADER + "; a payload is an object");
        add(all, "`zip`", HEADER);
    }

    private static void formats(List<AttackClass> all) {
        add(
                all,
                "JWE, also around a PlainJWT",
                "`TokenCodec.read`: three segments; " + HEADER.substring(HEADER.indexOf(':') + 2));
        add(all, "JSON serializations", "`TokenCodec.read`: the compact form alone");
        add(all, "other numbers of segments, thousands of dots", "`TokenCodec.read`: a dot is no base64url");
        add(all, "PBES2 with a huge count", HEADER + "; nothing derives keys");
        add(all, "compressed payloads", HEADER + "; nothing inflates");
        add(all, "RSA1_5, points off their curve", "nothing decrypts; `VerificationKey.isOnItsCurve`");
        add(
                all,
                "tokens of 8 KiB and more, to 16 MiB",
                "`TokenCodec.MAXIMUM_LENGTH`, asked first; the ports' own bounds before that");
    }

    private static void json(List<AttackClass> all) {
        add(all, "base64url with padding, `+`, `/`, spaces", "`Base64Url.decode`: 64 characters");
        add(all, "bits that are dropped", "`Base64Url.decode`: each sequence of bytes has one text");
        add(all, "byte order marks, UTF-16, overlong forms, half pairs", "`JsonReader`: UTF-8, whole");
        add(all, "members that occur twice", "`JsonReader.Names`, at each level");
        add(all, "the same, escaped", "`JsonReader.Names`: compared once unescaped");
        add(all, "deep nesting", "`JsonReader`: 8 levels");
        add(all, "many members, colliding names", "`JsonReader`: 256 members, and no table to collide in");
        add(all, "what others take for JSON", "`JsonReader`: RFC 8259 to the letter");
        add(all, "a header or payload that is no object", "`JsonReader.readObject`");
        add(
                all,
                "`__proto__`, `Exp`, `EXP`",
                "names are compared exactly; in a payload others are passed over, in a header refused");
    }

    private static void claims(List<AttackClass> all) {
        String number = "`JsonReader.readNumber`: digits, to 2^53 - 1";
        add(
                all,
                "no `exp`",
                "`Claims`: where the kind must have one; tokens of organizations, workspaces and deployments may go without, and end by their list");
        add(all, "`exp` of another type", number);
        add(all, "`exp` huge, negative, with fraction or exponent", number);
        add(all, "`exp` in milliseconds", "`Claims.LATEST`: no time beyond the year 9999");
        add(
                all,
                "times at their edges; `nbf`",
                "`TokenVerifier`: the skew of 30 s, exclusive; `nbf` is refused, as it is not looked at");
        add(all, "`aud` missing, empty, similar", "`TokenVerifier.isForUs`: one of them is one of ours, exactly");
        add(all, "`iss` similar", "`TokenVerifier`: equal");
        add(
                all,
                "subjects and organizations of others",
                "`Claims`: ids in their canonical form, of the type that the kind has; the trust state is the organization's own");
        add(all, "`jti`, `status` missing or malformed", "`Claims`");
        add(
                all,
                "scopes, wildcards, roles that do not exist",
                "`Roles.allow`: roles held on the resource or a parent, by exact names; other claims grant nothing");
        add(
                all,
                "`cnf` without a proof",
                "`TokenCodec.readClaims`: `cnf` is refused, whatever it holds. DPoP (RFC 9449) and mTLS-bound tokens (RFC 8705) are not supported, so that there is no proof to replay");
        add(all, "`act`, `may_act`", "passed over: they grant nothing; `JsonReader`: 8 levels");
    }

    private static void states(List<AttackClass> all) {
        add(
                all,
                "revoked a moment ago, before it was seen, and an older state replayed",
                "`OrganizationTrust.isEnded`, asked on each call; `TrustState.replace` takes nothing older");
        add(all, "below the epoch; roles lowered", "`TokenVerifier`, steps 7 to 9, on each call");
        add(
                all,
                "a stale verifier, clocks set back and forth",
                "`Freshness.ageNanos`: the larger of two clocks; `Freshness.nowMillis`: never before the authority's");
        add(
                all,
                "remembered tokens after something changed",
                "`RememberedTokens` holds that a signature fits, and nothing else; the whole text is compared");
        add(
                all,
                "headers that occur twice, elsewhere, joined",
                "`PresentedToken` and `Authorization`: one header, one token; nothing is read from a query, a form field or a cookie");
        add(
                all,
                "tokens of another of our own installations",
                "`InstallationTrust.key`, then `TokenVerifier`: the issuer is equal");
        addInapplicable(
                all,
                "federation: subjects by patterns",
                "there is no federation: no token of another issuer is exchanged or accepted");
        addInapplicable(all, "federation: pull requests of forks", "there is no federation");
        add(
                all,
                "an identity provider's word, or headers that say who calls",
                "there is no identity provider to believe; no header but `Authorization` is read, and answers replace those that a client sent");
        addInapplicable(
                all,
                "introspection of others' tokens",
                "at verifiers nobody asks about others; at the authority `IntrospectionEndpoint` says of another organization's token that it is inactive (`IntrospectionCorpusTest`)");
    }
}
