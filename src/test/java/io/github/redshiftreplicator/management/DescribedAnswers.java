package io.github.redshiftreplicator.management;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;
import org.apache.camel.util.json.Jsoner;

/** Compares what the HTTP API says, field by field, with its OpenAPI description. */
final class DescribedAnswers {
    private final JsonObject description;
    private final Set<String> met = ConcurrentHashMap.newKeySet();

    DescribedAnswers(JsonObject description) {
        this.description = description;
    }

    Set<String> schemas() {
        return components().keySet();
    }

    /** The schemas that something was compared with. */
    Set<String> met() {
        return met;
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

    /** One event of the stream. */
    void checkEvent(String path, String event, String data) throws Exception {
        JsonObject content = at(description, "paths", path, "get", "responses", "200", "content", "text/event-stream");
        JsonObject schema = ((JsonArray) at(content, "schema", "items").get("oneOf"))
                .stream()
                        .map(JsonObject.class::cast)
                        .filter(one ->
                                ((JsonArray) at(one, "properties", "event").get("enum")).contains(event))
                        .reduce((one, other) -> {
                            throw new AssertionError(event + " is described twice");
                        })
                        .orElseThrow();
        check(path + " " + event, at(schema, "properties", "data"), Jsoner.deserialize(data));
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
            String name = reference.substring(reference.lastIndexOf('/') + 1);
            met.add(name);
            check(place, (JsonObject) components().get(name), value);
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
