package io.github.redshiftreplicator.management;

import io.github.redshiftreplicator.state.Replication;
import io.github.redshiftreplicator.table.Table;
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
        json.put("estimated_rows", running.estimatedRows().orElse(null));
        return json;
    }

    static JsonObject replication(Replication replication) {
        return new JsonObject(replication.toRow());
    }

    private static String text(Optional<Instant> instant) {
        return instant.map(Instant::toString).orElse(null);
    }
}
