package dev.signet.authority.rest;

import com.google.gson.JsonParser;
import dev.signet.authority.CorpusHouse;
import dev.signet.authority.InProcess;
import dev.signet.authority.access.RoleCatalogue;
import dev.signet.authority.http.HttpFace;
import dev.signet.verifier.corpus.Door;
import dev.signet.verifier.corpus.DoorContract;
import dev.signet.verifier.corpus.HeaderCase;
import dev.signet.verifier.corpus.HeaderDoor;
import dev.signet.verifier.corpus.RawHttp;
import dev.signet.verifier.verify.Verdict.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** The corpus, presented by callers of the REST surface, byte by byte. */
final class RestCorpusTest extends DoorContract {
    @TempDir
    private static Path data;

    private @Nullable CorpusHouse house;
    private @Nullable InProcess services;
    private @Nullable HttpFace face;

    RestCorpusTest() {
        super("authority-rest");
    }

    @Override
    protected Door open() {
        house = new CorpusHouse(data, trust());
        services = new InProcess(house.authority(), house.verifier());
        face = new HttpFace(Rest.routes(services.server(), RoleCatalogue.builtIn()));
        callsOf(face.port());
        String path = "/v1/organizations/" + house.organization().organization() + "/tokens";
        return new Client(face.port(), path, house.owner().credential().text());
    }

    @Override
    protected void shut() {
        Objects.requireNonNull(face).close();
        Objects.requireNonNull(services).close();
        Objects.requireNonNull(house).close();
    }

    /** What a client is told: the status and the words. */
    private record Client(int port, String path, String good) implements HeaderDoor {
        private static final int LARGEST_HEAD = 16 << 10;
        private static final int REST_OF_HEAD = 400;
        private static final String TOO_LONG = "431";

        @Override
        public String ask(List<HeaderCase.Header> headers, String query) throws IOException {
            String answer = RawHttp.get(port, path + query, headers);
            String status = RawHttp.status(answer);
            if (status.isEmpty() && headers.stream().anyMatch(header -> isTooLong(header.value()))) {
                // Cut off while it was still sent, so that the answer was lost.
                return TOO_LONG;
            }
            String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
            if (status.equals("200")) {
                return ACCEPTED;
            }
            return body.startsWith("{")
                    ? status + " "
                            + JsonParser.parseString(body)
                                    .getAsJsonObject()
                                    .get("message")
                                    .getAsString()
                    : status;
        }

        @Override
        public String refusal(Reason reason) {
            return "401 the credential is refused: " + reason;
        }

        /** What is in memory vouches for it; the store, which is asked about everybody, does not. */
        @Override
        public String acceptance() {
            return "401 the key that signed the credential is no longer trusted";
        }

        @Override
        public String says(HeaderCase.Found found) {
            return switch (found) {
                case NO_CREDENTIAL -> "401 send a token as Bearer";
                case OTHER_SCHEME -> "401 send a token as Bearer, and nothing else";
                case ONE_WORD -> "401 Authorization must be a scheme and what it takes";
                case SEVERAL -> "401 Authorization was sent more than once";
                case PADDED -> ACCEPTED;
                case NO_TOKEN -> refusal(Reason.MALFORMED);
                case GOOD -> throw new IllegalArgumentException("a good token is let in");
            };
        }

        @Override
        public boolean asksForPermission() {
            return false;
        }

        @Override
        public @Nullable String cannotCarry(String token) {
            return token.chars().anyMatch(c -> c > 0xff) ? "a header holds bytes" : null;
        }

        @Override
        public @Nullable String refusalOfTransport(String token) {
            if (isTooLong(token)) {
                return TOO_LONG;
            }
            return token.chars().anyMatch(c -> c < 0x20 && c != '\t') ? "400" : null;
        }

        private static boolean isTooLong(String value) {
            return value.length() > LARGEST_HEAD - REST_OF_HEAD;
        }

        /** A connection with its buffers, and two sides. */
        @Override
        public long bytes() {
            return 512 << 10;
        }
    }
}
