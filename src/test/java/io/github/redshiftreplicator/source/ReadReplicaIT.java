package io.github.redshiftreplicator.source;

import static io.github.redshiftreplicator.source.Tables.begin;
import static io.github.redshiftreplicator.source.Tables.identity;
import static io.github.redshiftreplicator.source.Tables.lines;
import static io.github.redshiftreplicator.source.Tables.table;
import static io.github.redshiftreplicator.source.Tables.timed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.redshiftreplicator.table.Strategy;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hot standby as the source: it shows no transaction of its primary, and what they commit with a delay. */
class ReadReplicaIT {
    @TempDir
    static Path directory;

    private static EmbeddedPostgres primary;
    private static EmbeddedPostgres replica;

    @BeforeAll
    static void start() throws IOException, SQLException {
        Path data = directory.resolve("primary");
        Path copy = directory.resolve("replica");
        EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .start()
                .close();
        copy(data, copy);
        Files.createFile(copy.resolve("standby.signal"));
        primary = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .start();
        replica = EmbeddedPostgres.builder()
                .setDataDirectory(copy)
                .setCleanDataDirectory(false)
                .setServerConfig("primary_conninfo", "'host=127.0.0.1 port=" + primary.getPort() + " user=postgres'")
                .start();
        execute(
                "CREATE TABLE users (id serial PRIMARY KEY, name text, updated_at timestamptz DEFAULT now())",
                "CREATE INDEX ON users (updated_at)");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                if (!file.endsWith("postmaster.pid")) {
                    Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    @AfterAll
    static void stop() throws IOException {
        if (replica != null) {
            replica.close();
        }
        if (primary != null) {
            primary.close();
        }
    }

    private static void execute(String... statements) throws SQLException {
        try (Connection connection = primary.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
        awaitReplay();
    }

    private static void awaitReplay() throws SQLException {
        // what is inserted, not what is written: embedded servers commit asynchronously
        String written = value(primary, "SELECT pg_current_wal_insert_lsn()");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> value(replica, "SELECT pg_last_wal_replay_lsn() >= '" + written + "'")
                        .equals("t"));
    }

    private static String value(EmbeddedPostgres server, String sql) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static SourceDatabase open() {
        return SourceDatabase.open(
                replica.getJdbcUrl("postgres", "postgres"),
                "postgres",
                "",
                SourceSettings.defaults().withPatience(Duration.ofMillis(400)));
    }

    @Test
    void aKeyThatIsCommittedLateOnThePrimaryIsNotPassedBy() throws SQLException {
        execute("TRUNCATE users RESTART IDENTITY");
        try (SourceDatabase source = open();
                Connection late = primary.getPostgresDatabase().getConnection()) {
            late.setAutoCommit(false);
            late.createStatement().execute("INSERT INTO users (name) VALUES ('late')");
            execute("INSERT INTO users (name) VALUES ('soon')");

            try (Export export = begin(source, identity("users"), null).orElseThrow()) {
                assertThat(export.window().last()).isEmpty();
                assertThat(export.heldBack().orElseThrow().message()).contains("the primary of this read replica");
                assertThat(lines(export)).isEmpty();
            }
            late.commit();
            awaitReplay();

            try (Export export = begin(source, identity("users"), null).orElseThrow()) {
                assertThat(export.window().last()).contains("2");
                assertThat(lines(export)).hasSize(2);
            }
        }
    }

    @Test
    void aTimedWindowStaysBehindWhatIsReplayed() throws SQLException {
        execute(
                "TRUNCATE users",
                "INSERT INTO users (name, updated_at) VALUES ('old', now() - interval '1 hour'), ('new', now())");
        try (SourceDatabase source = open()) {
            try (Export export =
                    begin(source, timed("users", "updated_at"), null).orElseThrow()) {
                assertThat(lines(export)).singleElement().asString().contains("old");
                assertThat(export.heldBack().orElseThrow().message()).contains("The source is a read replica");
            }
            var lagging = table("users", Strategy.TIMED, Optional.of("updated_at"), Map.of("lag", "1s"));
            execute("SELECT pg_sleep(2.5)", "INSERT INTO users (name) VALUES ('later')");

            try (Export export = begin(source, lagging, null).orElseThrow()) {
                assertThat(lines(export)).hasSize(2).noneMatch(line -> line.contains("later"));
            }
        }
    }
}
