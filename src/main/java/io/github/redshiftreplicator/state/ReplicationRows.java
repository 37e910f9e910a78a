package io.github.redshiftreplicator.state;

import io.github.redshiftreplicator.table.PartFormat;
import io.github.redshiftreplicator.table.Strategy;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.springframework.jdbc.core.JdbcTemplate;

/** Reads the state table's rows. Thread-safe. */
final class ReplicationRows {
    private final StateTable stateTable;
    private final JdbcTemplate jdbc;

    ReplicationRows(StateTable stateTable, JdbcTemplate jdbc) {
        this.stateTable = stateTable;
        this.jdbc = jdbc;
    }

    /**
     * The rows as replications; none while there is no state table.
     *
     * @param clauses what follows the table's name
     * @param arguments of the clauses' question marks
     */
    List<Replication> select(String clauses, Object... arguments) {
        if (!stateTable.exists()) {
            return List.of();
        }
        StateDialect dialect = stateTable.dialect();
        return jdbc.query(
                "SELECT " + columns(dialect) + " FROM " + stateTable.name() + clauses,
                (row, number) -> replication(row, dialect),
                arguments);
    }

    private static String columns(StateDialect dialect) {
        return "id, processorName, messageId, replication_type, replication_field, state, source_table, target_table, first_record,"
                + " last_record, source_clock, record_count, altered_count, slices, parts, bytes, export_format, "
                + dialect.column("key")
                + ", manifest, column_names, retries, last_error, export_duration, upload_duration, import_duration, load_session, owner, "
                + dialect.selected("lease_until") + ", version, " + dialect.selected("created_at") + ", "
                + dialect.selected("updated_at");
    }

    private static Replication replication(ResultSet row, StateDialect dialect) throws SQLException {
        return new Replication(
                row.getLong("id"),
                row.getString("processorName"),
                row.getString("messageId"),
                Strategy.of(row.getString("replication_type")),
                Optional.ofNullable(row.getString("replication_field")),
                State.of(row.getString("state")),
                row.getString("source_table"),
                row.getString("target_table"),
                Optional.ofNullable(row.getString("first_record")),
                Optional.ofNullable(row.getString("last_record")),
                Optional.ofNullable(row.getString("source_clock")),
                optionalLong(row, "record_count"),
                optionalLong(row, "altered_count"),
                row.getInt("slices"),
                optionalInt(row, "parts"),
                optionalLong(row, "bytes"),
                PartFormat.of(row.getString("export_format")),
                Optional.ofNullable(row.getString("key")),
                Optional.ofNullable(row.getString("manifest")),
                Optional.ofNullable(row.getString("column_names"))
                        .map(names -> List.of(names.split("\n")))
                        .orElse(List.of()),
                row.getInt("retries"),
                Optional.ofNullable(row.getString("last_error")),
                millis(row, "export_duration"),
                millis(row, "upload_duration"),
                millis(row, "import_duration"),
                optionalInt(row, "load_session"),
                Optional.ofNullable(row.getString("owner")),
                Optional.ofNullable(dialect.instant(row, "lease_until")),
                row.getLong("version"),
                dialect.instant(row, "created_at"),
                dialect.instant(row, "updated_at"));
    }

    private static OptionalLong optionalLong(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private static OptionalInt optionalInt(ResultSet row, String column) throws SQLException {
        int value = row.getInt(column);
        return row.wasNull() ? OptionalInt.empty() : OptionalInt.of(value);
    }

    private static Optional<Duration> millis(ResultSet row, String column) throws SQLException {
        OptionalLong value = optionalLong(row, column);
        return value.isPresent() ? Optional.of(Duration.ofMillis(value.getAsLong())) : Optional.empty();
    }
}
