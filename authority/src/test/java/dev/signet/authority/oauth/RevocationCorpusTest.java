package dev.signet.authority.oauth;

import dev.signet.authority.access.Call;
import dev.signet.verifier.corpus.Door;
import dev.signet.verifier.verify.Verdict.Reason;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The corpus, to be ended by an owner: what is no good ends nothing, and is answered as if it had. */
final class RevocationCorpusTest extends PresentedTokenContract {
    private static final String NOTHING = "nothing to end";

    @TempDir
    private static Path data;

    RevocationCorpusTest() {
        super("authority-revocation", OAuth.REVOKE);
    }

    @Override
    protected Door open() {
        open(data);
        Call owner = house().owner();
        return new InForm() {
            @Override
            String caller() {
                return owner.credential().text();
            }

            @Override
            String said(HttpResponse<String> response) {
                if (response.statusCode() == 200) {
                    // Whatever ends says when that is certain.
                    return OAuthHouse.header(response, "Signet-Certain-By").isEmpty() ? NOTHING : ACCEPTED;
                }
                return response.body().startsWith("{")
                        ? OAuthHouse.error(response)
                        : String.valueOf(response.statusCode());
            }

            @Override
            public String refusal(Reason reason) {
                return switch (reason) {
                    // It may be good, and would go on being so (RFC 7009 section 2.2.1).
                    case STALE_TRUST, NOT_LOADED, NOT_YET_VALID -> "503 temporarily_unavailable";
                    // Signed here, and perhaps good for whom this authority knows no more: nothing was ended.
                    case WRONG_ISSUER, WRONG_AUDIENCE -> "400 unsupported_token_type";
                    case MALFORMED,
                            UNSUPPORTED_ALGORITHM,
                            UNKNOWN_KEY,
                            REVOKED_KEY,
                            BAD_SIGNATURE,
                            EXPIRED,
                            REVOKED,
                            EPOCH,
                            PERMISSION_DENIED -> NOTHING;
                };
            }

            /** The corpus's tokens are of an organization that is not the owner's. */
            @Override
            public String acceptance() {
                return "400 unauthorized_client";
            }

            @Override
            public String good() {
                return house().authority()
                        .token(owner, house().organization(), "ORGANIZATION_MEMBER")
                        .credential()
                        .text();
            }
        };
    }
}
