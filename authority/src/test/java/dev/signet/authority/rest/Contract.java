package dev.signet.authority.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/** What the OpenAPI document says, and whether requests and answers are like that. */
final class Contract {
    private final JsonObject document;
    private final Schema schema;

    private Contract(JsonObject document) {
        this.document = document;
        this.schema = new Schema(document);
    }

    static Contract read() {
        try (InputStream file = Rest.class.getResourceAsStream("openapi.json")) {
            assertNotNull(file);
            return new Contract(JsonParser.parseString(new String(file.readAllBytes(), StandardCharsets.UTF_8))
                    .getAsJsonObject());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonObject document() {
        return document;
    }

    Schema schema() {
        return schema;
    }

    /** Each method with its path, as in {@code GET /v1/openapi.json}. */
    Set<String> operations() {
        Set<String> operations = new LinkedHashSet<>();
        document.getAsJsonObject("paths")
                .entrySet()
                .forEach(path -> path.getValue().getAsJsonObject().keySet().forEach(key -> {
                    if (!key.equals("parameters")) {
                        operations.add(key.toUpperCase(Locale.ROOT) + " " + path.getKey());
                    }
                }));
        return operations;
    }

    /** The operation that a request asks for. */
    String operation(String method, String path) {
        String plain = path.contains("?") ? path.substring(0, path.indexOf('?')) : path;
        return operations().stream()
                .filter(each -> (method + " " + plain).matches(each.replaceAll("\\{[A-Za-z]+\\}", "[^/]*")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("in no way described: " + method + " " + path));
    }

    JsonObject describe(String operation) {
        String[] methodAndPath = operation.split(" ", 2);
        return document.getAsJsonObject("paths")
                .getAsJsonObject(methodAndPath[1])
                .getAsJsonObject(methodAndPath[0].toLowerCase(Locale.ROOT));
    }

    /** All parameters of an operation, those of its path as well. */
    JsonArray parameters(String operation) {
        JsonArray all = new JsonArray();
        JsonObject path =
                document.getAsJsonObject("paths").getAsJsonObject(operation.split(" ", 2)[1]);
        for (JsonObject of : new JsonObject[] {path, describe(operation)}) {
            if (of.has("parameters")) {
                of.getAsJsonArray("parameters").forEach(each -> all.add(schema.resolve(each.getAsJsonObject())));
            }
        }
        return all;
    }

    /** A request that is taken must be one that is described. */
    void checkRequest(String operation, String body) {
        JsonObject described = describe(operation);
        if (body.isEmpty()) {
            return;
        }
        assertTrue(described.has("requestBody"), () -> operation + " takes no body");
        schema.check(
                operation + " request", json(described.getAsJsonObject("requestBody")), JsonParser.parseString(body));
    }

    /** An answer must be one that is described, with every header that it must have and no other of ours. */
    void checkAnswer(String operation, HttpResponse<String> response) {
        String where = operation + " " + response.statusCode();
        JsonObject responses = describe(operation).getAsJsonObject("responses");
        JsonObject reference = responses.getAsJsonObject(Integer.toString(response.statusCode()));
        assertNotNull(reference, () -> where + " is not described: " + response.body());
        JsonObject described = schema.resolve(reference);
        if (described.has("headers")) {
            described.getAsJsonObject("headers").entrySet().forEach(entry -> {
                JsonObject header = schema.resolve(entry.getValue().getAsJsonObject());
                boolean sent = response.headers().firstValue(entry.getKey()).isPresent();
                assertTrue(sent || !header.has("required"), () -> where + " lacks " + entry.getKey());
                if (sent && !header.getAsJsonObject("schema").toString().contains("integer")) {
                    schema.check(
                            where + " " + entry.getKey(),
                            header.getAsJsonObject("schema"),
                            new JsonPrimitive(response.headers()
                                    .firstValue(entry.getKey())
                                    .get()));
                }
            });
            for (String ours : Set.of("ETag", "Signet-Certain-By", "WWW-Authenticate")) {
                assertEquals(
                        described.getAsJsonObject("headers").has(ours),
                        response.headers().firstValue(ours).isPresent(),
                        where + " " + ours);
            }
        }
        if (described.has("content")) {
            assertEquals(
                    "application/json",
                    response.headers().firstValue("Content-Type").orElse(""),
                    where);
            JsonElement body = JsonParser.parseString(response.body());
            schema.check(where, json(described), body);
        } else {
            assertEquals("", response.body(), where);
        }
    }

    private static JsonObject json(JsonObject withContent) {
        return withContent
                .getAsJsonObject("content")
                .getAsJsonObject("application/json")
                .getAsJsonObject("schema");
    }
}
