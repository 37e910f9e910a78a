package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.export.Manifest;
import io.github.redshiftreplicator.export.PartCompression;
import io.github.redshiftreplicator.source.QueueIds;
import io.github.redshiftreplicator.table.CsvFormat;
import io.github.redshiftreplicator.table.Part;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * Gathers keys: a few are kept as they are, many go to S3 as parts in CSV, so that memory stays constant. Not
 * thread-safe.
 */
final class KeyParts {
    /** Above this many a COPY is faster than bound parameters. */
    private static final int MOST_KEPT = 1_000;

    private final Connections connections;
    private final Settings settings;
    private final String base;
    private final PartCompression compression = new PartCompression();
    private final List<Part> parts = new ArrayList<>();
    private final ByteArrayOutputStream csv = new ByteArrayOutputStream();
    private final int partSize;
    private List<List<String>> kept = new ArrayList<>();
    private long count;
    private long withNull;
    private long rows;

    /** @param base what the S3 keys begin with */
    KeyParts(Connections connections, String base) {
        this.connections = connections;
        this.settings = connections.settings();
        this.base = base;
        this.partSize = settings.partSize();
    }

    /** Takes keys; one with a NULL in it matches no row and is left out. */
    void add(List<List<String>> keys) {
        for (List<String> key : keys) {
            if (key.stream().allMatch(Objects::nonNull)) {
                keep(key);
            } else {
                withNull++;
            }
        }
    }

    /** How many keys were left out. */
    long withNull() {
        return withNull;
    }

    private void keep(List<String> key) {
        count++;
        if (kept != null) {
            kept.add(key);
            if (kept.size() <= MOST_KEPT) {
                return;
            }
            kept.forEach(this::write);
            kept = null;
            return;
        }
        write(key);
    }

    private void write(List<String> key) {
        StringBuilder row = new StringBuilder();
        for (String value : key) {
            row.append(row.isEmpty() ? "" : CsvFormat.DELIMITER)
                    .append(CsvFormat.QUOTE)
                    .append(value.replace("\"", "\"\""))
                    .append(CsvFormat.QUOTE);
        }
        csv.writeBytes(row.append(CsvFormat.ROW_END).toString().getBytes(StandardCharsets.UTF_8));
        rows++;
        if (csv.size() >= partSize) {
            flush();
        }
    }

    private void flush() {
        String key = base + "." + parts.size() + settings.format().extension();
        try {
            byte[] body = compression.compress(
                    csv.toByteArray(), settings.format(), settings.integer(Setting.COMPRESSION_LEVEL, 1, 19));
            put(key, body);
            parts.add(new Part(key, body.length, rows));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        csv.reset();
        rows = 0;
    }

    private void put(String key, byte[] body) {
        connections.s3().putObject(r -> r.bucket(connections.parts().bucket()).key(key), RequestBody.fromBytes(body));
    }

    /** Stores what was gathered, unless that is nothing, under {@code base.json}. */
    Deletions store(boolean allBut, QueueIds ids) {
        Optional<String> manifest = Optional.empty();
        if (kept == null) {
            if (rows > 0) {
                flush();
            }
            manifest = Optional.of(base + ".manifest");
            put(
                    manifest.get(),
                    Manifest.of(connections.parts().bucket(), parts).toJson().getBytes(StandardCharsets.UTF_8));
        }
        Deletions deletions = new Deletions(count, kept == null ? List.of() : List.copyOf(kept), manifest, allBut, ids);
        if (!deletions.isNone()) {
            put(base + ".json", deletions.toJson().getBytes(StandardCharsets.UTF_8));
        }
        return deletions;
    }

    /** Reads back what was stored under {@code base.json}, if anything was. */
    static Deletions load(Connections connections, String base) {
        String key = base + ".json";
        if (connections.parts().keys(key, key::equals).isEmpty()) {
            return Deletions.NONE;
        }
        return Deletions.parse(connections.parts().text(key));
    }
}
