package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The Chinook sample database, where its script lies beside the checkout: every table, row for row. */
class ChinookIT {
    private static final Path SCRIPT = Path.of("../shared/data/chinook/Chinook_PostgreSql.sql");

    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @TempDir
    Path directory;

    /** Each table's columns in the source's order. */
    private Map<String, List<String>> tables() throws SQLException {
        Map<String, List<String>> tables = new LinkedHashMap<>();
        for (List<String> row : SANDBOX.sourceRows("SELECT table_name, column_name FROM information_schema.columns"
                + " WHERE table_schema = '" + SANDBOX.schema() + "' AND table_name <> 'replicator_replications'"
                + " ORDER BY table_name, ordinal_position")) {
            tables.computeIfAbsent(row.get(0), name -> new ArrayList<>()).add(row.get(1));
        }
        return tables;
    }

    /** Redshift's table: characters are bytes there, up to four for each. */
    private String targetOf(String table) throws SQLException {
        return SANDBOX
                .sourceRows("SELECT column_name || ' ' || CASE data_type WHEN 'character varying' THEN"
                        + " 'varchar(' || character_maximum_length * 4 || ')' WHEN 'numeric' THEN 'decimal('"
                        + " || numeric_precision || ',' || numeric_scale || ')' WHEN 'timestamp without time zone' THEN"
                        + " 'timestamp' ELSE data_type END FROM information_schema.columns WHERE table_schema = '"
                        + SANDBOX.schema() + "' AND table_name = '" + table + "' ORDER BY ordinal_position DESC")
                .stream()
                .map(row -> row.get(0))
                .collect(Collectors.joining(", ", "CREATE TABLE " + table + " (", ")"));
    }

    private void assertSame(Map<String, List<String>> tables) throws SQLException {
        for (Map.Entry<String, List<String>> table : tables.entrySet()) {
            String columns = String.join(", ", table.getValue());
            String query = "SELECT " + columns + " FROM " + table.getKey() + " ORDER BY " + columns;
            assertThat(SANDBOX.redshiftRows(query))
                    .as(table.getKey())
                    .isNotEmpty()
                    .isEqualTo(SANDBOX.sourceRows(query));
        }
    }

    @Test
    void everyTableArrivesRowForRow() throws SQLException, IOException {
        // the script is not the project's own to ship
        assumeTrue(Files.exists(SCRIPT), "the Chinook script is not there");
        SANDBOX.source(Files.readAllLines(SCRIPT).stream()
                .filter(line -> !line.matches("(?i)(DROP|CREATE) DATABASE.*|\\\\c .*"))
                .collect(Collectors.joining("\n")));
        Map<String, List<String>> tables = tables();
        assertThat(tables).hasSize(11);
        Deployment deployment = new Deployment(directory, SANDBOX.properties());
        for (String table : tables.keySet()) {
            SANDBOX.redshift(targetOf(table));
            switch (table) {
                case "playlist_track", "employee" -> deployment.table(table, "full");
                case "invoice" ->
                    deployment.table(table, "timed", "replicationField", "invoice_date", "keys", "invoice_id");
                default -> deployment.table(table, "identity", "replicationField", table + "_id");
            }
        }

        Deployment.Result first = deployment.run("replicate", "all");
        assertThat(first.code()).as(first.toString()).isZero();
        assertSame(tables);

        SANDBOX.source(
                "INSERT INTO artist VALUES (1000, 'Sigur Rós')",
                "INSERT INTO playlist_track VALUES (18, 1)",
                "DELETE FROM playlist_track WHERE playlist_id = 1 AND track_id % 2 = 0",
                "UPDATE employee SET title = NULL WHERE employee_id = 1",
                "UPDATE invoice SET total = total + 1, invoice_date = now() AT TIME ZONE 'UTC' WHERE invoice_id < 5");
        Deployment.Result second = deployment.run("replicate", "all");
        assertThat(second.code()).as(second.toString()).isZero();
        assertSame(tables);
    }
}
