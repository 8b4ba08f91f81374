package dev.signet.authority.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;

/** Asks by HTTP, and takes no answer that the OpenAPI document does not describe, nor a secret where none belongs. */
final class RestClient {
    private static final Pattern SECRET = Pattern.compile("ey[A-Za-z0-9_-]{8,}\\.|sgk_");
    private static final Set<String> WITH_SECRET = Set.of("CreateApiToken", "RotateApiToken", "CreateAgentToken");

    private final HttpClient client = HttpClient.newHttpClient();
    private final Contract contract = Contract.read();
    private final int port;

    RestClient(int port) {
        this.port = port;
    }

    /** An answer, whose body is null where there is none. */
    record Answer(int status, JsonElement body, HttpResponse<String> response) {

        JsonObject object() {
            return body.getAsJsonObject();
        }

        String text(String field) {
            return object().get(field).getAsString();
        }

        JsonArray array(String field) {
            return object().getAsJsonArray(field);
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** The answer's object, where all is well. */
        Answer ok() {
            assertEquals(200, status, response::body);
            return this;
        }

        /** The status of an error, with the field and its code where one is named. */
        String error() {
            String text = status + "";
            if (object().has("fieldErrors")) {
                JsonObject error = array("fieldErrors").get(0).getAsJsonObject();
                text += " " + error.get("field").getAsString() + " "
                        + error.get("code").getAsString();
            }
            return text;
        }
    }

    /** @param token the caller's, empty for none */
    Answer send(String token, String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        String operation = contract.operation(method, path);
        HttpResponse<String> response = exchange(request.build());
        contract.checkAnswer(operation, response);
        if (response.statusCode() < 300) {
            contract.checkRequest(operation, body);
        }
        checkSecrets(operation, token, response);
        return new Answer(
                response.statusCode(),
                response.body().isEmpty() ? JsonNull.INSTANCE : JsonParser.parseString(response.body()),
                response);
    }

    HttpResponse<String> exchange(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void checkSecrets(String operation, String token, HttpResponse<String> response) {
        String everything = response.body() + response.headers().map();
        assertFalse(!token.isEmpty() && everything.contains(token), () -> operation + " gives the caller's token back");
        boolean mayShow = response.statusCode() == 200
                && WITH_SECRET.contains(
                        contract.describe(operation).get("operationId").getAsString());
        assertFalse(!mayShow && SECRET.matcher(everything).find(), () -> operation + " shows a secret");
    }
}
