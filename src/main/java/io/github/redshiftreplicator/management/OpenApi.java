package io.github.redshiftreplicator.management;

import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;

/** Describes the calls of the HTTP API in OpenAPI 3.0. */
final class OpenApi {
    private static final String JSON = "application/json";

    private OpenApi() {}

    static JsonObject of(List<HttpApi.Call> calls) {
        JsonObject paths = new JsonObject();
        for (HttpApi.Call call : calls) {
            JsonObject path = (JsonObject) paths.computeIfAbsent(call.path(), p -> new JsonObject());
            path.put(call.method().toLowerCase(Locale.ROOT), operation(call));
        }
        JsonObject info = new JsonObject();
        info.put("title", "Redshift Replicator");
        info.put("version", "1");
        info.put("description", "Tables, their replications, and what an operator may do to them.");
        JsonObject document = new JsonObject();
        document.put("openapi", "3.0.3");
        document.put("info", info);
        document.put("paths", paths);
        JsonObject schemas = new JsonObject();
        calls.forEach(call -> call.answers().values().forEach(reply -> reply.describe(schemas)));
        document.put("components", object("schemas", schemas));
        return document;
    }

    private static JsonObject operation(HttpApi.Call call) {
        JsonObject operation = new JsonObject();
        operation.put("operationId", call.id());
        operation.put("summary", call.summary());
        JsonArray parameters = new JsonArray();
        call.parameters().forEach(parameter -> parameters.add(parameter(parameter)));
        if (call.method().equals("POST")) {
            parameters.add(guard());
        }
        operation.put("parameters", parameters);
        JsonObject responses = new JsonObject();
        new TreeMap<>(call.answers())
                .forEach((status, reply) -> responses.put(String.valueOf(status), response(reply, call.mediaType())));
        responses.put("401", response(HttpApi.Reply.refusal("A user and password, or a token, is needed"), JSON));
        responses.put(
                "503",
                response(HttpApi.Reply.refusal("What it needs, such as the state database, cannot be reached"), JSON));
        operation.put("responses", responses);
        return operation;
    }

    private static JsonObject response(HttpApi.Reply reply, String mediaType) {
        JsonObject response = new JsonObject();
        response.put("description", reply.description());
        response.put("content", object(mediaType, object("schema", reply.schema())));
        return response;
    }

    private static JsonObject parameter(HttpApi.Parameter parameter) {
        JsonObject schema = object("type", parameter.type());
        if (!parameter.values().isEmpty() && parameter.type().equals("string")) {
            schema.put("enum", new JsonArray(parameter.values()));
        }
        if (parameter.type().equals("integer")) {
            schema.put("minimum", 1);
            schema.put("maximum", HttpApi.LONGEST_HISTORY);
        }
        JsonObject json = new JsonObject();
        json.put("name", parameter.name());
        json.put("in", parameter.inPath() ? "path" : "query");
        json.put("required", parameter.inPath());
        json.put("description", parameter.description());
        json.put("schema", schema);
        return json;
    }

    private static JsonObject guard() {
        JsonObject json = new JsonObject();
        json.put("name", HttpAccess.GUARD);
        json.put("in", "header");
        json.put("required", true);
        json.put("description", "Any value; other web sites cannot send it");
        json.put("schema", object("type", "string"));
        return json;
    }

    private static JsonObject object(String key, Object value) {
        JsonObject json = new JsonObject();
        json.put(key, value);
        return json;
    }
}
