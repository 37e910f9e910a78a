package io.github.redshiftreplicator.management;

import java.util.List;
import java.util.function.Function;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;
import org.apache.camel.util.json.Jsonable;

/**
 * A kind of event of the stream that the HTTP API sends, by which it is written and described.
 *
 * @param name the event's type, by which a browser's {@code EventSource} tells it from others
 * @param shape that of its data's objects
 * @param schema that of its data
 * @param data writes its data
 */
record StreamEvent<T>(String name, JsonShape<?> shape, JsonObject schema, Function<T, Jsonable> data) {
    static <T> StreamEvent<T> object(String name, JsonShape<T> shape) {
        return new StreamEvent<>(name, shape, shape.reference(), shape::write);
    }

    static <T> StreamEvent<List<T>> array(String name, JsonShape<T> shape) {
        return new StreamEvent<>(name, shape, shape.arraySchema(), shape::writeAll);
    }

    /** As <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">server-sent events</a> are written. */
    String text(T value) {
        return "event: " + name + "\ndata: " + data.apply(value).toJson() + "\n\n";
    }

    /** The event as an object of the two fields that it has in the stream, as OpenAPI describes items of a stream. */
    JsonObject describe() {
        JsonObject type = JsonShape.Type.STRING.schema();
        type.put("enum", new JsonArray(List.of(name)));
        JsonObject properties = new JsonObject();
        properties.put("event", type);
        properties.put("data", schema);
        JsonObject event = new JsonObject();
        event.put("type", "object");
        event.put("required", new JsonArray(properties.keySet()));
        event.put("properties", properties);
        return event;
    }
}
