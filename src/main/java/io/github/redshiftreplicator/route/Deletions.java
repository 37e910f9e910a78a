package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.source.QueueIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.util.json.DeserializationException;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;
import org.apache.camel.util.json.Jsoner;

/**
 * What a replication deletes in its target, as stored beside its manifest: whoever imports it, at once or after a crash,
 * deletes exactly this, and takes exactly these entries out of the queue.
 *
 * @param count how many keys
 * @param keys the keys where they are few
 * @param manifest the S3 key of the manifest of the parts that hold them where they are many
 * @param allBut whether the keys are those that stay
 * @param ids the entries of the queue that were read
 */
record Deletions(long count, List<List<String>> keys, Optional<String> manifest, boolean allBut, QueueIds ids) {
    static final Deletions NONE = new Deletions(0, List.of(), Optional.empty(), false, new QueueIds());

    /** Whether there is nothing to do for them, in the target or in the queue. */
    boolean isNone() {
        return count == 0 && !allBut && ids.count() == 0;
    }

    /** Whether the target is changed by them even if no row is moved. */
    boolean deletesRows() {
        return count > 0 || allBut;
    }

    String toJson() {
        JsonObject object = new JsonObject();
        object.put("count", count);
        object.put("keys", new JsonArray(keys.stream().map(JsonArray::new).toList()));
        object.put("manifest", manifest.orElse(null));
        object.put("allBut", allBut);
        object.put("queue", ids.toString());
        return object.toJson();
    }

    static Deletions parse(String json) {
        try {
            JsonObject object = (JsonObject) Jsoner.deserialize(json);
            List<List<String>> keys = new ArrayList<>();
            for (Object key : (JsonArray) object.get("keys")) {
                keys.add(((JsonArray) key).stream().map(Object::toString).toList());
            }
            return new Deletions(
                    object.getLong("count"),
                    keys,
                    Optional.ofNullable(object.getString("manifest")),
                    object.getBoolean("allBut"),
                    QueueIds.parse(object.getString("queue")));
        } catch (DeserializationException | ClassCastException | NullPointerException e) {
            throw new IllegalArgumentException("The object of a replication's deletions cannot be read: " + json, e);
        }
    }
}
