package io.github.redshiftreplicator.management;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;

/**
 * The fields of one kind of JSON object, by which it is written and described, so that no description can differ from what
 * is written. Every field is always there; an optional one may be null. Immutable once its constant is made.
 */
final class JsonShape<T> {
    /** The types of plain values. */
    enum Type {
        STRING,
        INTEGER,
        BOOLEAN,
        /** An {@link Instant}, in ISO 8601. */
        TIME;

        JsonObject schema() {
            JsonObject schema = new JsonObject();
            schema.put("type", this == TIME ? "string" : name().toLowerCase(Locale.ROOT));
            if (this == TIME) {
                schema.put("format", "date-time");
            }
            return schema;
        }
    }

    private record Field<T>(String name, JsonObject schema, Function<T, Object> value) {}

    private final String name;
    private final List<Field<T>> fields = new ArrayList<>();
    private final List<JsonShape<?>> parts = new ArrayList<>();

    /** @param name what its schema is called */
    JsonShape(String name) {
        this.name = name;
    }

    JsonShape<T> field(String field, Type type, Function<T, ?> value) {
        fields.add(new Field<>(field, type.schema(), object -> plain(value.apply(object))));
        return this;
    }

    JsonShape<T> optional(String field, Type type, Function<T, ? extends Optional<?>> value) {
        JsonObject schema = type.schema();
        schema.put("nullable", true);
        fields.add(new Field<>(field, schema, object -> value.apply(object)
                .map(JsonShape::plain)
                .orElse(null)));
        return this;
    }

    <U> JsonShape<T> optional(String field, JsonShape<U> shape, Function<T, Optional<U>> value) {
        parts.add(shape);
        // OpenAPI 3.0 lets nothing stand beside a reference
        JsonObject schema = new JsonObject();
        schema.put("nullable", true);
        schema.put("allOf", new JsonArray(List.of(shape.reference())));
        fields.add(new Field<>(
                field, schema, object -> value.apply(object).map(shape::write).orElse(null)));
        return this;
    }

    <U> JsonShape<T> array(String field, JsonShape<U> shape, Function<T, List<U>> value) {
        parts.add(shape);
        fields.add(new Field<>(field, shape.arraySchema(), object -> shape.writeAll(value.apply(object))));
        return this;
    }

    /** Has all fields of another shape. */
    <U> JsonShape<T> all(JsonShape<U> shape, Function<T, U> value) {
        parts.addAll(shape.parts);
        shape.fields.forEach(field -> fields.add(new Field<>(
                field.name(), field.schema(), object -> field.value().apply(value.apply(object)))));
        return this;
    }

    private static Object plain(Object value) {
        return value instanceof Instant instant ? instant.toString() : value;
    }

    JsonObject write(T value) {
        JsonObject json = new JsonObject();
        fields.forEach(field -> json.put(field.name(), field.value().apply(value)));
        return json;
    }

    JsonArray writeAll(List<T> values) {
        JsonArray array = new JsonArray();
        values.forEach(value -> array.add(write(value)));
        return array;
    }

    /** A reference to the schema that {@link #describe} adds. */
    JsonObject reference() {
        JsonObject reference = new JsonObject();
        reference.put("$ref", "#/components/schemas/" + name);
        return reference;
    }

    JsonObject arraySchema() {
        JsonObject schema = new JsonObject();
        schema.put("type", "array");
        schema.put("items", reference());
        return schema;
    }

    /** Adds its schema, and those of the shapes in it, by their names. */
    void describe(Map<String, Object> schemas) {
        JsonObject properties = new JsonObject();
        fields.forEach(field -> properties.put(field.name(), field.schema()));
        JsonObject schema = new JsonObject();
        schema.put("type", "object");
        schema.put("required", new JsonArray(fields.stream().map(Field::name).toList()));
        schema.put("properties", properties);
        schema.put("additionalProperties", false);
        schemas.put(name, schema);
        parts.forEach(part -> part.describe(schemas));
    }
}
