package dev.signet.authority.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.JsonObject;
import dev.signet.authority.access.Call;
import dev.signet.verifier.corpus.Door;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.verify.Verdict.Reason;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.io.TempDir;

/** The corpus, asked about by the operator, who may know of every token. */
final class IntrospectionCorpusTest extends PresentedTokenContract {
    private static final String INACTIVE = "inactive";

    @TempDir
    private static Path data;

    IntrospectionCorpusTest() {
        super("authority-introspection", OAuth.INTROSPECT);
    }

    @Override
    protected Door open() {
        open(data);
        String platform = house().authority().platformText();
        return new InForm() {
            @Override
            String caller() {
                return platform;
            }

            @Override
            String said(HttpResponse<String> response) {
                return told(response);
            }

            /** A token that is no good is inactive, and why is nobody's business (RFC 7662 section 2.2). */
            @Override
            public String refusal(Reason reason) {
                return switch (reason) {
                    case STALE_TRUST, NOT_LOADED -> "503 temporarily_unavailable";
                    case MALFORMED,
                            UNSUPPORTED_ALGORITHM,
                            UNKNOWN_KEY,
                            REVOKED_KEY,
                            BAD_SIGNATURE,
                            WRONG_ISSUER,
                            WRONG_AUDIENCE,
                            NOT_YET_VALID,
                            EXPIRED,
                            REVOKED,
                            EPOCH,
                            PERMISSION_DENIED -> INACTIVE;
                };
            }

            @Override
            public String good() {
                return house().owner().credential().text();
            }
        };
    }

    private static String told(HttpResponse<String> response) {
        if (!response.body().startsWith("{")) {
            return String.valueOf(response.statusCode());
        }
        JsonObject body = OAuthHouse.json(response);
        if (response.statusCode() != 200) {
            return OAuthHouse.error(response);
        }
        return body.get("active").getAsBoolean() ? Door.ACCEPTED : body.size() == 1 ? INACTIVE : "inactive, and more";
    }

    /** Class 76: about tokens of others nobody is told anything. */
    @Override
    protected Stream<DynamicTest> more() {
        ResourcePath elsewhere = house().authority().organization();
        Call stranger = house().authority().owner(elsewhere);
        trust().also(
                        Map.of(),
                        Objects.requireNonNull(
                                house().authority().publisher().state().organization(elsewhere.organization())));
        String own = house().owner().credential().text();
        Stream<DynamicTest> kinds = Stream.of(Kind.values())
                .map(kind -> dynamicTest(
                        "76 of another organization, kind " + kind.claim(),
                        () -> assertTold(INACTIVE, TestTokens.of(kind).sign(), own)));
        return Stream.concat(
                kinds,
                Stream.of(
                        dynamicTest(
                                "76 of the asked organization, by a stranger",
                                () -> assertTold(
                                        INACTIVE, own, stranger.credential().text())),
                        dynamicTest(
                                "76 a stranger's, by the organization",
                                () -> assertTold(INACTIVE, stranger.credential().text(), own)),
                        dynamicTest(
                                "76 the operator's, by the organization",
                                () -> assertTold(INACTIVE, house().authority().platformText(), own)),
                        dynamicTest(
                                "76 for another audience, by the organization",
                                () -> assertTold(
                                        INACTIVE,
                                        TestTokens.of(Kind.WORKSPACE)
                                                .with("aud", "billing")
                                                .sign(),
                                        own)),
                        dynamicTest("76 its own", () -> assertTold(Door.ACCEPTED, own, own))));
    }

    private void assertTold(String told, String token, String caller) {
        trust().reset();
        assertEquals(told, told(post(token, caller)));
    }
}
