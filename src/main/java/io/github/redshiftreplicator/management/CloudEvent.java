package io.github.redshiftreplicator.management;

import io.github.redshiftreplicator.route.RunEvent;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.util.json.JsonObject;

/**
 * A {@link RunEvent} in the form of CloudEvents 1.0: as headers for routes that choose by them and as a JSON body in
 * structured mode (<a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md">JSON
 * event format</a>). Immutable.
 */
final class CloudEvent {
    static final String TYPE_PREFIX = "io.github.redshiftreplicator.";

    private final String id = UUID.randomUUID().toString();
    private final RunEvent event;
    private final String source;

    /** @param context the name of the Camel context, which tells deployments apart */
    CloudEvent(RunEvent event, String context) {
        this.event = event;
        this.source = "/" + URLEncoder.encode(context, StandardCharsets.UTF_8) + "/tables/"
                + URLEncoder.encode(event.table().name(), StandardCharsets.UTF_8)
                        .replace("+", "%20");
    }

    /** The headers by which routes tell events apart; Camel's own names for the attributes of CloudEvents. */
    Map<String, Object> headers() {
        Map<String, Object> headers = new LinkedHashMap<>();
        headers.put("CamelCloudEventID", id);
        headers.put("CamelCloudEventVersion", "1.0");
        headers.put("CamelCloudEventType", TYPE_PREFIX + event.kind().word());
        headers.put("CamelCloudEventSource", source);
        headers.put("CamelCloudEventSubject", event.table().name());
        headers.put("CamelCloudEventTime", event.time().toString());
        headers.put("CamelCloudEventContentType", "application/json");
        headers.put("Content-Type", "application/cloudevents+json; charset=UTF-8");
        headers.put("event", event.kind().word());
        headers.put("severity", event.kind().severity().word());
        headers.put("table", event.table().name());
        headers.put("message", event.message());
        event.failure().ifPresent(kind -> headers.put("failure", kind.word()));
        return headers;
    }

    /** The whole event. */
    String json() {
        JsonObject json = new JsonObject();
        json.put("specversion", "1.0");
        json.put("id", id);
        json.put("type", TYPE_PREFIX + event.kind().word());
        json.put("source", source);
        json.put("subject", event.table().name());
        json.put("time", event.time().toString());
        json.put("datacontenttype", "application/json");
        json.put("data", StatusJson.STEP.write(event));
        return json.toJson();
    }
}
