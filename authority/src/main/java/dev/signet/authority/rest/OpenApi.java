package dev.signet.authority.rest;

import dev.signet.authority.http.Endpoint;
import dev.signet.authority.http.HttpReply;
import dev.signet.authority.http.HttpRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** What is served here, for programs that read OpenAPI 3.1: the file beside this class. For anybody. */
final class OpenApi implements Endpoint {
    private final HttpReply reply;

    OpenApi() {
        try (InputStream file = OpenApi.class.getResourceAsStream("openapi.json")) {
            this.reply = HttpReply.of(
                            200,
                            "application/json",
                            new String(
                                    Objects.requireNonNull(file, "openapi.json is missing")
                                            .readAllBytes(),
                                    StandardCharsets.UTF_8))
                    .with("Cache-Control", "public, max-age=3600");
        } catch (IOException e) {
            throw new UncheckedIOException("openapi.json cannot be read", e);
        }
    }

    @Override
    public HttpReply answer(HttpRequest request) {
        return reply;
    }
}
