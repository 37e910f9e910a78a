package io.github.redshiftreplicator.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.Table;
import io.github.redshiftreplicator.table.TableName;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The triggers of the databases other than PostgreSQL, in each one's own syntax and against its own server. */
class DeletionTrackingIT {
    @RegisterExtension
    static final MariaDb MARIADB = new MariaDb();

    @RegisterExtension
    static final MySql MYSQL = new MySql();

    @TempDir
    private Path directory;

    private String url;
    private String user;
    private String password;
    private char quote;

    private void open(String kind) throws SQLException {
        switch (kind) {
            case "sqlite" -> url = "jdbc:sqlite:" + directory.resolve("source.db") + "?journal_mode=WAL";
            case "h2" -> url = "jdbc:h2:mem:deletions" + System.nanoTime() + ";DB_CLOSE_DELAY=-1";
            case "mysql-server" -> url = MYSQL.url();
            default -> url = MARIADB.url(kind);
        }
        boolean server = kind.startsWith("m");
        user = server ? "admin" : "sa";
        password = server ? "admin" : "";
        quote = server ? '`' : '"';
        execute(
                "DROP TABLE IF EXISTS " + q("Order Items"),
                "DROP TABLE IF EXISTS " + q("replicator_deletions"),
                "CREATE TABLE " + q("Order Items") + " (" + q("id") + " BIGINT NOT NULL, " + q("the code")
                        + " VARCHAR(100) NOT NULL,"
                        + " amount DECIMAL(10, 2), updated_at TIMESTAMP DEFAULT '2024-01-01 00:00:00', PRIMARY KEY ("
                        + q("id") + ", "
                        + q("the code") + "))");
    }

    private String q(String name) {
        return TableName.quote(name, quote);
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, user, password);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private List<String> keys() throws SQLException {
        List<String> keys = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url, user, password);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT table_name, row_key FROM " + q("replicator_deletions") + " ORDER BY id")) {
            while (rows.next()) {
                assertThat(rows.getString(1)).isEqualTo("it's items");
                keys.add(rows.getString(2).replace("\", \"", "\",\""));
            }
        }
        return keys;
    }

    private DeletionTracking tracking() {
        return new DeletionTracking(
                new DriverManagerDataSource(url, user, password), url, TableName.parse("replicator_deletions"));
    }

    private Table table() {
        return new Table(
                "it's items",
                Strategy.IDENTITY,
                TableName.parse("Order Items"),
                TableName.parse("items"),
                Optional.of("id"),
                List.of("id", "the code"),
                Map.of());
    }

    private SourceDatabase source() {
        return SourceDatabase.open(url, user, password, SourceSettings.defaults());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mariadb", "mysql", "mysql-server", "sqlite", "h2"})
    void triggersQueueEveryDeletedKey(String kind) throws SQLException {
        open(kind);
        DeletionTracking tracking = tracking();
        try (SourceDatabase source = source()) {
            TrackedTable tracked = tracking.tracked(table(), source.describe(table().source()));
            assertThat(tracking.install(List.of(tracked), false)).isNotEmpty();
            assertThat(tracking.plan(List.of(tracked), true)).isEmpty();
            String items = q("Order Items");
            execute(
                    "INSERT INTO " + items + " (" + q("id") + ", " + q("the code")
                            + ", amount) VALUES (9007199254740993, 'a ''b'' \"c\"', 1),"
                            + " (2, 'é', 2), (3, 'c', 3), (4, 'd', 4), (5, 'e', 5)",
                    "DELETE FROM " + items + " WHERE " + q("id") + " > 5",
                    "UPDATE " + items + " SET amount = 7 WHERE " + q("id") + " = 2",
                    "UPDATE " + items + " SET " + q("id") + " = 20 WHERE " + q("id") + " = 2",
                    "DELETE FROM " + items + " WHERE " + q("id") + " IN (3, 4)",
                    "INSERT INTO " + items + " (" + q("id") + ", " + q("the code") + ", amount) VALUES (4, 'd', 8)");
            assertThat(keys())
                    .containsExactly(
                            "[\"9007199254740993\",\"a 'b' \\\"c\\\"\"]",
                            "[\"2\",\"é\"]",
                            "[\"20\",\"é\"]",
                            "[\"3\",\"c\"]",
                            "[\"4\",\"d\"]");
            assertThat(tracking.pending("it's items")).isEqualTo(new DeletionTracking.Pending(5, false));

            SourceTable described = source.describe(table().source());
            List<List<String>> read = new ArrayList<>();
            try (Export export =
                    source.begin(table(), described, Tables.plan(described), Opening.ofNothing(Optional.of("30")))) {
                QueueIds ids = export.readQueue(tracking, tracked, read::addAll);
                assertThat(read)
                        .containsExactly(
                                List.of("9007199254740993", "a 'b' \"c\""),
                                List.of("2", "é"),
                                List.of("20", "é"),
                                List.of("3", "c"),
                                List.of("4", "d"));
                List<String> rows = new ArrayList<>();
                try (RowReader reader = export.rows()) {
                    reader.forEachRemaining(row -> rows.add(row.get(0) + " " + row.get(1)));
                }
                assertThat(rows).containsExactlyInAnyOrder("20 é", "4 d");
                assertThat(ids.count()).isEqualTo(5);
                export.close();
                execute("DELETE FROM " + items + " WHERE " + q("id") + " = 5");
                tracking.purge("it's items", ids);
            }
            assertThat(keys()).containsExactly("[\"5\",\"e\"]");

            assertThat(tracking.install(List.of(), true)).isNotEmpty();
            assertThat(tracking.exists()).isFalse();
            assertThat(tracking.plan(List.of(), true)).isEmpty();
            execute("DELETE FROM " + items);
        }
    }
}
