package io.github.redshiftreplicator.management;

import io.github.redshiftreplicator.export.PartStore;
import io.github.redshiftreplicator.redshift.LoadError;
import io.github.redshiftreplicator.state.Replication;
import io.github.redshiftreplicator.table.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;

/** What the HTTP API says of tables and replications. Holds no secret: none of its sources has one. */
final class StatusJson {
    private StatusJson() {}

    static JsonArray tables(List<TableStatus> statuses) {
        JsonArray array = new JsonArray();
        statuses.forEach(status -> array.add(table(status)));
        return array;
    }

    static JsonObject table(TableStatus status) {
        Table table = status.table();
        JsonObject json = new JsonObject();
        json.put("name", table.name());
        json.put("strategy", table.strategy().word());
        json.put("source_table", table.source().toString());
        json.put("target_table", table.target().toString());
        json.put("replication_field", table.replicationField().orElse(null));
        json.put("keys", String.join(",", table.keys()));
        json.put("state", status.state());
        json.put("paused", status.paused());
        json.put("schedule", table.option("schedule").orElse(null));
        json.put("next_run", text(status.nextRun()));
        json.put("last_import", text(status.imported().map(Replication::updatedAt)));
        json.put("lag_ms", status.lag().map(Duration::toMillis).orElse(null));
        json.put("tracks_deletions", status.tracksDeletions());
        json.put("running", status.running().map(StatusJson::running).orElse(null));
        json.put("replication", status.latest().map(StatusJson::replication).orElse(null));
        return json;
    }

    static JsonObject running(TableStatus.Running running) {
        JsonObject json = new JsonObject();
        json.put("state", running.state());
        json.put("elapsed_ms", running.elapsed().toMillis());
        json.put("rows", running.rows());
        json.put("bytes", running.bytes());
        json.put("expected_rows", running.expectedRows().orElse(null));
        return json;
    }

    static JsonObject replication(Replication replication) {
        return new JsonObject(replication.toRow());
    }

    static JsonObject part(PartStore.Stored part, String url) {
        JsonObject json = new JsonObject();
        json.put("key", part.key());
        json.put("url", url);
        json.put("bytes", part.bytes());
        json.put("modified", part.modified().toString());
        return json;
    }

    static JsonObject loadError(LoadError error) {
        JsonObject json = new JsonObject();
        json.put("file", error.file());
        json.put("line", error.line());
        json.put("column", error.column());
        json.put("type", error.type());
        json.put("position", error.position());
        json.put("value", error.value().orElse(null));
        json.put("code", error.code());
        json.put("reason", error.reason());
        return json;
    }

    private static String text(Optional<Instant> instant) {
        return instant.map(Instant::toString).orElse(null);
    }
}
