package dev.signet.authority.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.signet.authority.CorpusHouse;
import dev.signet.authority.InProcess;
import dev.signet.authority.http.HttpFace;
import dev.signet.authority.tokens.StatusLists;
import dev.signet.verifier.corpus.Door;
import dev.signet.verifier.corpus.DoorContract;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The endpoints to which a token is presented in a form, by a caller whose own is good. */
abstract class PresentedTokenContract extends DoorContract {
    private final String path;
    private @Nullable CorpusHouse house;
    private @Nullable InProcess services;
    private @Nullable HttpFace face;

    PresentedTokenContract(String name, String path) {
        super(name);
        this.path = path;
    }

    /** Opens the endpoints; callers are judged by the authority's own checker, presented tokens by the corpus's trust. */
    final void open(Path data) {
        house = new CorpusHouse(data, trust());
        services = new InProcess(house.authority());
        face = new HttpFace(OAuth.routes(
                house.config(),
                services.server(),
                trust().state(),
                new StatusLists(
                        house.authority().ledger(),
                        house.authority().publisher().state(),
                        house.authority().publisher()::exists,
                        house.config(),
                        house.authority().minter(),
                        house.authority().clock()),
                trust().clocks()));
        callsOf(face.port());
    }

    final CorpusHouse house() {
        return Objects.requireNonNull(house);
    }

    @Override
    protected void shut() {
        Objects.requireNonNull(face).close();
        Objects.requireNonNull(services).close();
        house().close();
    }

    final HttpResponse<String> post(String token, String caller) {
        return Objects.requireNonNull(face).post(path, Map.of("token", token), "Authorization", "Bearer " + caller);
    }

    /** A form that holds any text that is Unicode, up to 64 KiB. */
    abstract class InForm implements Door {
        private static final int LARGEST_BODY = 64 << 10;
        private static final String TOO_LARGE = "413";

        abstract String said(HttpResponse<String> response);

        abstract String caller();

        @Override
        public final String ask(String token) {
            try {
                return said(post(token, caller()));
            } catch (UncheckedIOException e) {
                if (TOO_LARGE.equals(refusalOfTransport(token))) {
                    // Cut off while it still sent, so that the answer may be lost.
                    return TOO_LARGE;
                }
                throw e;
            }
        }

        @Override
        public boolean asksForPermission() {
            return false;
        }

        @Override
        public @Nullable String cannotCarry(String token) {
            return token.chars().anyMatch(c -> Character.isSurrogate((char) c))
                    ? "a form holds no half of a surrogate pair"
                    : null;
        }

        @Override
        public @Nullable String refusalOfTransport(String token) {
            if (token.isEmpty()) {
                return "400 invalid_request";
            }
            return ("token=" + URLEncoder.encode(token, UTF_8)).length() > LARGEST_BODY ? TOO_LARGE : null;
        }

        /** A request with its buffers, of which both sides are here, and the look-up of the caller in the store. */
        @Override
        public long bytes() {
            return 1 << 20;
        }

        @Override
        public long bytesPerCharacter() {
            return 64;
        }
    }
}
