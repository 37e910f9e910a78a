package io.github.redshiftreplicator.management;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;
import org.apache.camel.util.json.Jsoner;

/** Compares answers of the HTTP API, field by field, with what its OpenAPI description says of them. */
final class DescribedAnswers {
    private final JsonObject description;

    DescribedAnswers(JsonObject description) {
        this.description = description;
    }

    Set<String> schemas() {
        return components().keySet();
    }

    private Map<String, Object> components() {
        return description.<JsonObject>getMap("components").getMap("schemas");
    }

    void check(String method, String path, HttpResponse<String> answer) throws Exception {
        JsonObject response = at(description, "paths", path, method, "responses", String.valueOf(answer.statusCode()));
        assertThat(response).as("%s %s: %s", method, path, answer.statusCode()).isNotNull();
        JsonObject schema = at(response, "content", "application/json", "schema");
        check(method + " " + path, schema, Jsoner.deserialize(answer.body()));
    }

    private static JsonObject at(JsonObject object, String... path) {
        JsonObject here = object;
        for (String step : path) {
            here = (JsonObject) here.get(step);
        }
        return here;
    }

    private void check(String place, JsonObject schema, Object value) {
        if (value == null && Boolean.TRUE.equals(schema.get("nullable"))) {
            return;
        }
        if (schema.containsKey("allOf")) {
            ((JsonArray) schema.get("allOf")).forEach(part -> check(place, (JsonObject) part, value));
            return;
        }
        if (schema.containsKey("$ref")) {
            String reference = schema.getString("$ref");
            check(place, (JsonObject) components().get(reference.substring(reference.lastIndexOf('/') + 1)), value);
            return;
        }
        switch (schema.getString("type")) {
            case "object" -> object(place, schema, (JsonObject) value);
            case "array" -> {
                for (Object item : (JsonArray) value) {
                    check(place + "[]", (JsonObject) schema.get("items"), item);
                }
            }
            case "integer" -> assertThat((BigDecimal) value).as(place).satisfies(BigDecimal::longValueExact);
            case "boolean" -> assertThat(value).as(place).isInstanceOf(Boolean.class);
            case "string" -> {
                assertThat(value).as(place).isInstanceOf(String.class);
                if ("date-time".equals(schema.get("format"))) {
                    assertThat(Instant.parse((String) value)).as(place).isNotNull();
                }
            }
            default -> throw new AssertionError(place + " has the type " + schema.get("type"));
        }
    }

    private void object(String place, JsonObject schema, JsonObject value) {
        JsonObject properties = (JsonObject) schema.get("properties");
        if (properties == null) {
            return;
        }
        assertThat(value.keySet()).as(place).containsExactlyElementsOf(properties.keySet());
        assertThat((JsonArray) schema.get("required")).as(place).containsExactlyElementsOf(properties.keySet());
        value.forEach((field, content) -> check(place + "." + field, (JsonObject) properties.get(field), content));
    }
}
