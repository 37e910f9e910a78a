package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.Durations;
import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.Table;
import io.github.redshiftreplicator.table.TableName;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is to be moved: a table as defined and as found, and the record from which on.
 *
 * @param table its definition
 * @param source the table in the source
 * @param lastRecord that of the replication before, in the source's text form; empty: from the beginning
 * @param from the record from which rows are read: the last one, or the overlap before it
 * @param settings the source's settings
 * @param serverZones the zones in which the server or an application may stamp rows
 */
record Selection(
        Table table,
        SourceTable source,
        Optional<String> lastRecord,
        Optional<String> from,
        SourceSettings settings,
        Zones serverZones) {
    /**
     * The replication field.
     *
     * @throws SourceException if the source has no such column
     */
    SourceColumn field() {
        String name = table.replicationField()
                .orElseThrow(() -> new SourceException("Table " + table.name() + " has no replication field."));
        return source.column(name)
                .orElseThrow(() -> new SourceException("Table " + table.name() + ": the replication field '" + name
                        + "' is not a column of " + source.name() + " in the source."));
    }

    /** The condition of the table's {@code where} option, trusted text of the route file. */
    Optional<String> where() {
        return table.option("where");
    }

    /** {@code AND (where)}, or nothing. */
    String andWhere() {
        return where().map(condition -> " AND (" + condition + ")").orElse("");
    }

    /** The condition that the table's {@code deletedColumn} marks a row as deleted, empty if it has none. */
    Optional<String> deletedMark(Dialect dialect) {
        return table.option("deletedColumn").map(name -> {
            SourceColumn column = source.column(name)
                    .orElseThrow(() -> new SourceException("Table " + table.name() + ": the deletedColumn '" + name
                            + "' is not a column of " + source.name() + " in the source."));
            String quoted = TableName.quote(column.name(), dialect.quote());
            return switch (column.jdbcType()) {
                case Types.BOOLEAN, Types.BIT -> quoted;
                case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT, Types.NUMERIC, Types.DECIMAL ->
                    quoted + " <> 0";
                case Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR, Types.NVARCHAR -> quoted + " <> ''";
                default -> quoted + " IS NOT NULL";
            };
        });
    }

    /** The condition that a row is not marked as deleted, empty if there is no such mark. */
    Optional<String> live(Dialect dialect) {
        return deletedMark(dialect).map(mark -> "CASE WHEN " + mark + " THEN 1 ELSE 0 END = 0");
    }

    /** The condition that the replication field is in a range, both ends included; empty: no end. */
    String range(Dialect dialect, Optional<String> first, Optional<String> last) {
        String field = quotedField(dialect.quote());
        List<String> limits = new ArrayList<>();
        first.ifPresent(limit -> limits.add(field + " >= " + dialect.literal(limit)));
        last.ifPresent(limit -> limits.add(field + " <= " + dialect.literal(limit)));
        return limits.isEmpty() ? "1 = 1" : String.join(" AND ", limits);
    }

    /** How far the window stays behind the clock, if the table or the settings say so. */
    Optional<Duration> lag() {
        return table.option("lag").map(Durations::parse).or(settings::lag);
    }

    /** The zones of the replication field where its type has none: the one that the table names, or all that may be. */
    Zones zones() {
        return table.option("timeZone")
                .map(zone -> new Zones(List.of(ZoneId.of(zone))))
                .orElse(serverZones);
    }

    /** A moment in the replication field's own terms: in the earliest zone where there are several. */
    LocalDateTime inField(Instant moment, Dialect dialect) {
        return dialect.isZoned(field()) ? ColumnTime.utc(moment) : zones().earliest(moment);
    }

    /** The same from another record on. */
    Selection from(Optional<String> record) {
        return new Selection(table, source, record, record, settings, serverZones);
    }

    int parallelism() {
        return table.option("parallelism").map(Integer::parseInt).orElse(settings.parallelism());
    }

    String quoted(char quote) {
        return source.name().quoted(quote);
    }

    String quotedField(char quote) {
        return TableName.quote(field().name(), quote);
    }
}
