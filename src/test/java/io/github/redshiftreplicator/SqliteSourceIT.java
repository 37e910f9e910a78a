package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** SQLite, a file with a write-ahead log. */
class SqliteSourceIT extends SourcesContract {
    @Override
    String url() {
        return "jdbc:sqlite:" + directory.resolve("source.db") + "?journal_mode=WAL&busy_timeout=5000";
    }

    /** A reader and a writer of the same file would wait for each other. */
    @Test
    void aDatabaseWithoutAWriteAheadLogIsRefused() throws SQLException {
        String url = "jdbc:sqlite:" + directory.resolve("plain.db");
        try (Connection plain = DriverManager.getConnection(url)) {
            SandboxExtension.execute(plain, "CREATE TABLE items (id INTEGER PRIMARY KEY)");
            SandboxExtension.execute(plain, "INSERT INTO items VALUES (1)");
        }
        SANDBOX.redshift("CREATE TABLE items (id bigint)");
        deployment.set("replicator.source.url", url).table("items", "identity");

        Deployment.Result refused = deployment.run("replicate", "items");

        assertThat(refused.code()).as(refused.toString()).isOne();
        assertThat(refused.err()).contains("its journal_mode is delete: run PRAGMA journal_mode = WAL");
        assertThat(deployment.run("doctor").out()).contains("its journal_mode is delete");

        deployment.set("replicator.source.url", url + "?journal_mode=WAL");
        run("replicate", "items");
        assertThat(SANDBOX.redshiftRows("SELECT id FROM items")).containsExactly(List.of("1"));
    }

    /** SQLite's own text of a REAL has 15 digits. */
    @Test
    void numbersArriveWithAllTheirDigits() throws SQLException {
        source(
                "CREATE TABLE readings (id INTEGER PRIMARY KEY, r REAL, n, t TEXT, d DECIMAL(30, 2))",
                "INSERT INTO readings VALUES (1, 0.1 + 0.2, 1.0 / 3, 'a', 2e23), (2, 123456789.12345679, 1e22, NULL, -0.1),"
                        + " (3, 9e999, -9e999, '', 7), (4, 1.0, 2, '0.10', NULL), (5, NULL, 9007199254740991.0, NULL, 8.41e21)");
        SANDBOX.redshift("CREATE TABLE readings (id bigint, r float8, n float8, t varchar(10), d numeric(30, 2))");
        deployment.table("readings", "identity");

        run("replicate", "readings");

        assertThat(SANDBOX.redshiftRows("SELECT id, r::varchar, n::varchar, t, d FROM readings ORDER BY id"))
                .containsExactly(
                        List.of("1", "0.30000000000000004", "0.3333333333333333", "a", "200000000000000000000000.00"),
                        Arrays.asList("2", "123456789.12345679", "1e+22", null, "-0.10"),
                        List.of("3", "Infinity", "-Infinity", "", "7.00"),
                        Arrays.asList("4", "1", "2", "0.10", null),
                        Arrays.asList("5", null, "9.007199254740991e+15", null, "8410000000000000000000.00"));
    }

    @Override
    String user() {
        return "";
    }

    @Override
    String password() {
        return "";
    }

    /** SQLite's own parser takes one statement after the other. */
    @Override
    void script(String script) throws SQLException {
        try (Statement statement = source.createStatement()) {
            statement.executeUpdate(script);
        }
    }

    @Override
    char quote() {
        return '"';
    }

    @Override
    String timestamp() {
        return "TIMESTAMP";
    }

    @Override
    String now() {
        return "strftime('%Y-%m-%d %H:%M:%f', 'now')";
    }

    @Override
    String bytes() {
        return "BLOB";
    }

    @Override
    String textOfAnyCase() {
        return "VARCHAR(10) COLLATE NOCASE";
    }
}
