package io.github.redshiftreplicator.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.Table;
import io.github.redshiftreplicator.table.TableName;
import io.github.redshiftreplicator.table.TargetColumn;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Definitions of tables, and their rows as an export reads them. */
final class Tables {
    private Tables() {}

    static Table timed(String name, String field) {
        return table(name, Strategy.TIMED, Optional.of(field), Map.of());
    }

    static Table identity(String name) {
        return table(name, Strategy.IDENTITY, Optional.of("id"), Map.of());
    }

    static Table full(String name) {
        return table(name, Strategy.FULL, Optional.empty(), Map.of());
    }

    static Table table(String name, Strategy strategy, Optional<String> field, Map<String, String> options) {
        return new Table(name, strategy, TableName.parse(name), TableName.parse(name), field, List.of("id"), options);
    }

    /** Every column of the source into a target column of its own type. */
    static ColumnPlan plan(SourceTable source) {
        return new ColumnPlan(source.columns().stream()
                .map(c -> new ColumnPlan.Pair(c, target(c)))
                .toList());
    }

    private static TargetColumn target(SourceColumn column) {
        String type = column.typeName().equals("bytea") ? "varbyte" : column.typeName();
        return new TargetColumn(ColumnPlan.fold(column.name()), type, column.size(), column.scale());
    }

    /** Begins an export, or returns empty if the table is idle. */
    static Optional<Export> begin(SourceDatabase source, Table table, String from) {
        SourceTable found = source.describe(table.source());
        return source.probe(table, found, Optional.ofNullable(from), Optional.empty())
                .map(opening -> source.begin(table, found, plan(found), opening));
    }

    /** The rows of an export as lines of CSV, sorted. For rows without line breaks. */
    static List<String> lines(Export export) {
        List<String> lines = new ArrayList<>();
        for (String line : csv(export).split("\n")) {
            if (!line.isEmpty()) {
                lines.add(line);
            }
        }
        Collections.sort(lines);
        return lines;
    }

    static String csv(Export export) {
        StringBuilder csv = new StringBuilder();
        try (CopyReader reader = export.copy()) {
            reader.forEachRemaining(block -> csv.append(new String(block.bytes(), 0, block.length(), UTF_8)));
        }
        return csv.toString();
    }
}
