package io.github.redshiftreplicator.state;

import io.github.redshiftreplicator.table.PartFormat;
import io.github.redshiftreplicator.table.Window;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a transition changes beside the state: only what is named. Not thread-safe. */
public final class Changes {
    private final Map<String, Object> columns = new LinkedHashMap<>();

    Changes() {}

    /** The range that is moved; replaces both bounds. */
    public Changes window(Window window) {
        set("first_record", window.first().orElse(null));
        return set("last_record", window.last().orElse(null));
    }

    /** The source's clock when the window was fixed, in the source's own form; null where it was not asked. */
    public Changes sourceClock(String reading) {
        return set("source_clock", reading);
    }

    /** The rows in the window. */
    public Changes recordCount(long rows) {
        return set("record_count", rows);
    }

    /** The values in the window that the table's policies altered. */
    public Changes alteredCount(long values) {
        return set("altered_count", values);
    }

    /** The parts asked for. */
    public Changes slices(int slices) {
        return set("slices", slices);
    }

    /** The parts written. */
    public Changes parts(int parts) {
        return set("parts", parts);
    }

    /** The size of all parts as stored. */
    public Changes bytes(long bytes) {
        return set("bytes", bytes);
    }

    /** How the parts are stored. */
    public Changes format(PartFormat format) {
        return set("export_format", format.word());
    }

    /** What the S3 keys of the parts start with. */
    public Changes key(String key) {
        return set("key", key);
    }

    /** The manifest's S3 key. */
    public Changes manifest(String key) {
        return set("manifest", key);
    }

    /** The columns in the parts, in order: what COPY must be told even if the target has changed meanwhile. */
    public Changes columns(List<String> names) {
        return set("column_names", String.join("\n", names));
    }

    /** How long reading the rows took; stored in milliseconds. */
    public Changes exportDuration(Duration duration) {
        return set("export_duration", duration.toMillis());
    }

    /** How long storing the parts took; stored in milliseconds. */
    public Changes uploadDuration(Duration duration) {
        return set("upload_duration", duration.toMillis());
    }

    /** How long the load took; stored in milliseconds. */
    public Changes importDuration(Duration duration) {
        return set("import_duration", duration.toMillis());
    }

    /** The Redshift session that loads it. */
    public Changes loadSession(int session) {
        return set("load_session", session);
    }

    /** An error to keep although the replication goes on; secrets already masked. */
    public Changes lastError(String error) {
        return set("last_error", error);
    }

    private Changes set(String column, Object value) {
        columns.put(column, value);
        return this;
    }

    Map<String, Object> columns() {
        return columns;
    }
}
