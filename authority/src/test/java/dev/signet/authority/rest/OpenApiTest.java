package dev.signet.authority.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.signet.authority.http.Route;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The document is of what is served. That answers are as it says, {@link RestClient} sees for each of them. */
final class OpenApiTest {
    private final Contract contract = Contract.read();

    @TempDir
    private Path data;

    private RestHouse house;

    @BeforeEach
    void open() {
        house = new RestHouse(data);
    }

    @AfterEach
    void close() {
        house.close();
    }

    private List<Route> routes() {
        return house.routes.stream().filter(route -> !route.isOtherwise()).toList();
    }

    @Test
    void itIsServedToAnybody() {
        HttpResponse<String> response = house.face.get("/v1/openapi.json");
        assertEquals(200, response.statusCode());
        assertEquals(
                "application/json",
                response.headers().firstValue("Content-Type").orElse(""));
        assertEquals(contract.document(), JsonParser.parseString(response.body()));
    }

    @Test
    void itDescribesEveryRouteAndNothingElse() {
        Set<String> served = new TreeSet<>();
        routes().forEach(route -> served.add(route.method() + " " + route.path()));
        assertEquals(served, new TreeSet<>(contract.operations()));
    }

    @Test
    void itsPathsHaveTheRoutesVariables() {
        for (Route route : routes()) {
            Set<String> described = new HashSet<>();
            for (JsonElement each : contract.parameters(route.method() + " " + route.path())) {
                JsonObject parameter = each.getAsJsonObject();
                if (parameter.get("in").getAsString().equals("path")) {
                    assertTrue(parameter.get("required").getAsBoolean());
                    described.add(parameter.get("name").getAsString());
                }
            }
            assertEquals(Set.copyOf(route.variables()), described, route.path());
        }
    }

    @Test
    void everyOperationHasANameOfItsOwnAndErrors() {
        Set<String> names = new HashSet<>();
        for (String operation : contract.operations()) {
            JsonObject described = contract.describe(operation);
            assertTrue(names.add(described.get("operationId").getAsString()), operation);
            boolean open = described.has("security");
            for (String status : List.of("400", "401", "403", "404", "429", "500", "503")) {
                assertEquals(!open, described.getAsJsonObject("responses").has(status), operation + status);
            }
        }
    }

    /** The lists take each parameter that is described, and no other. */
    @Test
    void itsQueriesAreThoseThatAreTaken() {
        for (String operation : contract.operations()) {
            if (!operation.startsWith("GET ")) {
                continue;
            }
            String path = operation
                    .substring(4)
                    .replace("{organizationId}", house.organization.organization())
                    .replace("{deploymentId}", house.deployment.id());
            for (JsonElement each : contract.parameters(operation)) {
                JsonObject parameter = each.getAsJsonObject();
                if (parameter.get("in").getAsString().equals("query")) {
                    String name = parameter.get("name").getAsString();
                    String query = path + "?" + name + "=nonsense";
                    assertEquals(
                            "400 " + name + " INVALID",
                            house.client
                                    .send(RestHouse.text(house.owner), "GET", query, "")
                                    .error());
                }
            }
        }
    }

    @Test
    void everyReferenceLeadsSomewhereAndEverythingIsReferredTo() {
        Set<String> references = new HashSet<>();
        collect(contract.document(), references);
        for (String reference : references) {
            JsonObject pointer = new JsonObject();
            pointer.addProperty("$ref", reference);
            assertFalse(contract.schema().resolve(pointer).isEmpty(), reference);
        }
        contract.document()
                .getAsJsonObject("components")
                .entrySet()
                .forEach(kind -> kind.getValue()
                        .getAsJsonObject()
                        .keySet()
                        .forEach(name -> assertTrue(
                                kind.getKey().equals("securitySchemes")
                                        || references.contains("#/components/" + kind.getKey() + "/" + name),
                                name)));
    }

    private static void collect(JsonElement element, Set<String> references) {
        if (element instanceof JsonObject object) {
            object.entrySet().forEach(entry -> {
                if (entry.getKey().equals("$ref")) {
                    references.add(entry.getValue().getAsString());
                } else {
                    collect(entry.getValue(), references);
                }
            });
        } else if (element.isJsonArray()) {
            element.getAsJsonArray().forEach(each -> collect(each, references));
        }
    }
}
