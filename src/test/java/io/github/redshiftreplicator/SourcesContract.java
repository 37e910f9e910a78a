package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.sandbox.SandboxExtension;
import io.github.redshiftreplicator.table.TableName;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What holds for every kind of source, from its rows to the target's, by the command line, with the state table and the
 * queue of deletions in the source. One class a database.
 */
abstract class SourcesContract {
    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @TempDir
    Path directory;

    Deployment deployment;
    Connection source;

    /** The URL of a database that holds nothing. */
    abstract String url() throws SQLException;

    abstract String user();

    abstract String password();

    abstract char quote();

    /** The type of a time with microseconds and no zone. */
    abstract String timestamp();

    /** The time in UTC, as such a column stores it. */
    abstract String now();

    /** The type of a few bytes. */
    abstract String bytes();

    /** Whether a database orders and compares texts by their case. */
    abstract String textOfAnyCase();

    /** Runs a script as the database's own client or library does, which cuts it into statements itself. */
    abstract void script(String script) throws Exception;

    @BeforeEach
    void open() throws SQLException {
        String url = url();
        source = DriverManager.getConnection(url, user(), password());
        deployment = new Deployment(directory, SANDBOX.properties())
                .set("replicator.source.url", url)
                .set("replicator.source.username", user())
                .set("replicator.source.password", password())
                .set("replicator.source.time-zone", "UTC")
                .set("replicator.delete-tracking", "true");
    }

    @AfterEach
    void close() throws SQLException {
        source.close();
    }

    String q(String name) {
        return TableName.quote(name, quote());
    }

    void source(String... statements) throws SQLException {
        for (String statement : statements) {
            SandboxExtension.execute(source, statement);
        }
    }

    Deployment.Result run(String... arguments) {
        Deployment.Result result = deployment.run(arguments);
        assertThat(result.code()).as(result.toString()).isZero();
        return result;
    }

    /** Each database writes 1.50 and 03:04:05.000 in its own way. */
    private static List<List<String>> plain(List<List<String>> rows) {
        List<List<String>> plain = new ArrayList<>();
        for (List<String> row : rows) {
            List<String> values = new ArrayList<>();
            for (String value : row) {
                if (value != null && value.matches("-?\\d+\\.\\d+")) {
                    values.add(new BigDecimal(value).stripTrailingZeros().toPlainString());
                } else if (value != null && value.matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d+")) {
                    values.add(value.replaceAll("\\.?0*$", ""));
                } else {
                    values.add(value);
                }
            }
            plain.add(values);
        }
        return plain;
    }

    List<List<String>> sourceRows(String query) throws SQLException {
        return plain(SandboxExtension.rows(source, query));
    }

    private void assertSame(String sourceQuery, String targetQuery) throws SQLException {
        assertThat(plain(SANDBOX.redshiftRows(targetQuery))).as(targetQuery).isEqualTo(sourceRows(sourceQuery));
    }

    void assertQueueIsEmpty() throws SQLException {
        assertThat(sourceRows("SELECT table_name, row_key FROM " + q("replicator_deletions")))
                .isEmpty();
    }

    private String item(int order, String code, String amount, String group, String at) {
        return "INSERT INTO " + q("Order Items") + " VALUES (" + order + ", '" + code + "', " + amount + ", " + group
                + ", " + at + ")";
    }

    void shop() throws SQLException {
        source(
                "CREATE TABLE " + q("Order Items") + " (" + q("Order") + " BIGINT NOT NULL, " + q("the code")
                        + " VARCHAR(100) NOT NULL, amount DECIMAL(10, 2), " + q("group") + " VARCHAR(100), "
                        + q("Updated At") + " " + timestamp() + ", PRIMARY KEY (" + q("Order") + ", " + q("the code")
                        + "))",
                "CREATE TABLE " + q("select") + " (" + q("Id") + " INTEGER NOT NULL PRIMARY KEY, page VARCHAR(100))",
                "CREATE TABLE Countries (code VARCHAR(2) NOT NULL PRIMARY KEY, name VARCHAR(100))",
                "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(100), deleted_at " + timestamp()
                        + ", updated_at " + timestamp() + ")");
        SANDBOX.redshift(
                "CREATE TABLE order_items (\"order\" bigint, \"the code\" varchar(400), amount decimal(10,2), \"group\""
                        + " varchar(400), \"updated at\" timestamp)",
                "CREATE TABLE visits (id int, page varchar(400))",
                "CREATE TABLE countries (name varchar(400), code char(2))",
                "CREATE TABLE users (id int, name varchar(400), updated_at timestamp)");
        deployment
                .table(
                        "items",
                        "timed",
                        "sourceTable",
                        "Order Items",
                        "targetTable",
                        "order_items",
                        "replicationField",
                        "Updated At",
                        "keys",
                        "Order,the code")
                .table(
                        "visits",
                        "identity",
                        "sourceTable",
                        "select",
                        "targetTable",
                        "visits",
                        "replicationField",
                        "Id",
                        "keys",
                        "Id",
                        "maxDeleteRatio",
                        "0.5")
                .table("countries", "full", "deleteTracking", "false")
                .table("users", "timed", "deletedColumn", "deleted_at", "deleteTracking", "false");
        for (int i = 1; i <= 4; i++) {
            source(
                    item(i, "it''s \"é\" " + i, i + ".50", "'g'", now()),
                    "INSERT INTO " + q("select") + " VALUES (" + i + ", 'page " + i + "')",
                    "INSERT INTO users VALUES (" + i + ", 'user " + i + "', NULL, " + now() + ")");
        }
        source(
                item(5, "", "NULL", "NULL", "NULL"),
                "INSERT INTO Countries VALUES ('FR', 'France'), ('DE', 'Deutschland')");
    }

    void assertShopIsSame() throws SQLException {
        assertSame(
                "SELECT " + q("Order") + ", " + q("the code") + ", amount, " + q("group") + ", " + q("Updated At")
                        + " FROM " + q("Order Items") + " ORDER BY 1",
                "SELECT \"order\", \"the code\", amount, \"group\", \"updated at\" FROM order_items ORDER BY 1");
        assertSame("SELECT * FROM " + q("select") + " ORDER BY 1", "SELECT id, page FROM visits ORDER BY 1");
        assertSame("SELECT code, name FROM Countries ORDER BY 1", "SELECT code, name FROM countries ORDER BY 1");
        assertSame(
                "SELECT id, name, updated_at FROM users WHERE deleted_at IS NULL ORDER BY 1",
                "SELECT id, name, updated_at FROM users ORDER BY 1");
    }

    @Test
    void everyStrategyMovesRowsChangesAndDeletions() throws SQLException {
        shop();
        assertThat(run("install").out()).contains("TRIGGER");
        assertThat(run("install", "--dry-run").out()).doesNotContain("TRIGGER");
        run("replicate", "all");
        assertShopIsSame();

        String items = q("Order Items") + " WHERE " + q("Order");
        source(
                "UPDATE " + q("Order Items") + " SET amount = 9.99, " + q("Updated At") + " = " + now() + " WHERE "
                        + q("Order") + " = 1",
                "DELETE FROM " + items + " = 2",
                "DELETE FROM " + items + " = 3",
                item(3, "it''s \"é\" 3", "33", "'again'", "'2001-01-01 00:00:00'"),
                "UPDATE " + q("Order Items") + " SET " + q("Order") + " = 40 WHERE " + q("Order") + " = 4",
                item(6, "new", "6", "'g'", now()),
                "DELETE FROM " + q("select") + " WHERE " + q("Id") + " = 2",
                "INSERT INTO " + q("select") + " VALUES (5, 'page 5')",
                "DELETE FROM Countries WHERE code = 'FR'",
                "UPDATE users SET deleted_at = " + now() + ", updated_at = " + now() + " WHERE id = 2");
        assertThat(run("deletes").out()).contains("items: 4 wait").contains("visits: 1 wait");
        run("replicate", "all");
        assertShopIsSame();
        assertQueueIsEmpty();
        assertThat(run("replicate", "visits", "users").out()).contains("nothing to do");
        assertThat(sourceRows("SELECT DISTINCT state FROM replicator_replications"))
                .containsExactly(List.of("imported"));
    }

    @Test
    void theDryRunIsAScriptForTheDatabasesOwnClient() throws Exception {
        shop();
        String printed = run("install", "--dry-run").out();
        assertThat(sourceRows("SELECT COUNT(*) FROM users")).containsExactly(List.of("4"));
        assertThat(deployment.run("deletes").code()).isOne();

        script(printed.substring(0, printed.indexOf("-- in Redshift")));

        assertThat(run("install", "--dry-run").out())
                .doesNotContain("TRIGGER")
                .doesNotContain(q("replicator_deletions"));
        run("replicate", "all");
        String items = q("Order Items") + " WHERE " + q("Order");
        source(
                "DELETE FROM " + items + " = 2",
                "UPDATE " + q("Order Items") + " SET amount = 7, " + q("Updated At") + " = " + now() + " WHERE "
                        + q("Order") + " = 1",
                "UPDATE " + q("Order Items") + " SET " + q("Order") + " = 40 WHERE " + q("Order") + " = 4",
                "DELETE FROM " + q("select") + " WHERE " + q("Id") + " > 2");
        assertThat(sourceRows("SELECT table_name, REPLACE(row_key, '\", ', '\",') FROM " + q("replicator_deletions")
                        + " ORDER BY id"))
                .containsExactly(
                        List.of("items", "[\"2\",\"it's \\\"é\\\" 2\"]"),
                        List.of("items", "[\"4\",\"it's \\\"é\\\" 4\"]"),
                        List.of("items", "[\"40\",\"it's \\\"é\\\" 4\"]"),
                        List.of("visits", "[\"3\"]"),
                        List.of("visits", "[\"4\"]"));
        run("replicate", "all");
        assertShopIsSame();
        assertQueueIsEmpty();
    }

    @Test
    void whatNoTriggerSawIsReconciledAndRangesMoveAgain() throws SQLException {
        deployment.set("replicator.delete-tracking", "false");
        shop();
        run("replicate", "all");
        source(
                "DELETE FROM " + q("select") + " WHERE " + q("Id") + " = 1",
                "INSERT INTO " + q("select") + " VALUES (9, 'not yet')");
        run("reconcile", "visits");
        assertThat(SANDBOX.redshiftRows("SELECT id FROM visits ORDER BY id"))
                .containsExactly(List.of("2"), List.of("3"), List.of("4"));

        SANDBOX.redshift(
                "UPDATE visits SET page = 'wrong' WHERE id > 2",
                "ALTER TABLE users ADD COLUMN deleted_at timestamp",
                "UPDATE users SET name = 'wrong'");
        run("resync", "visits", "--from", "3", "--to", "3");
        assertThat(SANDBOX.redshiftRows("SELECT id, page FROM visits ORDER BY id"))
                .containsExactly(List.of("2", "page 2"), List.of("3", "page 3"), List.of("4", "wrong"));
        run("resync", "visits");
        run("backfill", "users");
        run("replicate", "all");
        assertShopIsSame();
    }

    @Test
    void keysOfEveryTypeAreDeletedFewOrMany() throws SQLException {
        things();
        source(
                "CREATE TABLE codes (code " + textOfAnyCase()
                        + " NOT NULL PRIMARY KEY, id INTEGER NOT NULL, updated_at " + timestamp() + ")",
                "CREATE TABLE loose (id INTEGER NOT NULL PRIMARY KEY, a INTEGER, b VARCHAR(10))");
        SANDBOX.redshift(
                "CREATE TABLE codes (code varchar(400), id int, updated_at timestamp)",
                "CREATE TABLE loose (id int, a int, b varchar(40))");
        deployment.table("codes", "timed", "keys", "code").table("loose", "identity", "keys", "a,b");
        run("install");
        thing(1, 40);
        source(
                "INSERT INTO codes VALUES ('a', 1, " + now() + "), ('b', 2, " + now() + ")",
                "INSERT INTO loose VALUES (1, 1, 'x'), (2, 2, 'y'), (3, 3, NULL)");
        run("replicate", "all");
        assertThingsAreSame();

        source("DELETE FROM things WHERE v < 10");
        thing(3, 4);
        source(
                "UPDATE things SET t = 'changed' WHERE v = 20",
                "UPDATE things SET n = n + 1000 WHERE v = 21",
                // where texts are compared whatever their case is, the key is the same there and another in the target
                "UPDATE codes SET code = 'A', updated_at = " + now() + " WHERE id = 1",
                "DELETE FROM codes WHERE id = 2",
                "INSERT INTO codes VALUES ('B', 3, '2001-01-01 00:00:00')",
                "DELETE FROM loose WHERE id > 1");
        run("replicate", "all");
        assertThingsAreSame();
        assertSame("SELECT code, id FROM codes ORDER BY id", "SELECT code, id FROM codes ORDER BY id");
        // a key with a NULL in it matches nothing, and holds up nothing
        assertThat(SANDBOX.redshiftRows("SELECT id FROM loose ORDER BY id"))
                .containsExactly(List.of("1"), List.of("3"));
        assertQueueIsEmpty();

        thing(100, 1_300);
        run("replicate", "things");
        source("DELETE FROM things WHERE v >= 100", "UPDATE things SET updated_at = '2001-01-01 00:00:00'");
        thing(200, 210);
        run("replicate", "things");
        assertThingsAreSame();
        assertQueueIsEmpty();
    }

    /** So many are found by the queue itself, not by a list of their keys. */
    @Test
    void thousandsOfRowsThatAreInsertedAgainWithTheirKeysSurvive() throws SQLException {
        things();
        source("CREATE TABLE visits (id INTEGER NOT NULL PRIMARY KEY)");
        SANDBOX.redshift("CREATE TABLE visits (id int)");
        deployment.table("visits", "identity");
        run("install");
        thing(1, 1_200);
        source("INSERT INTO visits SELECT v FROM things");
        run("replicate", "all");
        assertThingsAreSame();

        source("DELETE FROM things");
        thing(101, 1_200);
        source("DELETE FROM visits", "INSERT INTO visits SELECT v FROM things");
        run("replicate", "all");

        assertThingsAreSame();
        assertSame("SELECT id FROM visits ORDER BY id", "SELECT id FROM visits ORDER BY id");
        assertQueueIsEmpty();
    }

    /** An append would double it. */
    @Test
    void aRowWhoseKeyTheSourceTakesForADeletedOneIsNotMovedAgain() throws SQLException {
        source("CREATE TABLE codes (id INTEGER NOT NULL PRIMARY KEY, code " + textOfAnyCase() + ")");
        SANDBOX.redshift("CREATE TABLE codes (id int, code varchar(40))");
        deployment.table("codes", "identity", "keys", "code");
        run("install");
        source("INSERT INTO codes VALUES (1, 'a'), (2, 'A'), (3, 'b'), (4, 'd'), (5, 'd '), (6, 'e')");
        run("replicate", "all");

        source(
                "DELETE FROM codes WHERE id IN (1, 3, 4)",
                "INSERT INTO codes VALUES (3, 'b'), (7, 'c')",
                "UPDATE codes SET code = 'E' WHERE id = 6");
        run("replicate", "all");

        assertThat(SANDBOX.redshiftRows("SELECT id, code FROM codes ORDER BY id"))
                .containsExactly(
                        List.of("2", "A"), List.of("3", "b"), List.of("5", "d "), List.of("6", "E"), List.of("7", "c"));
        assertQueueIsEmpty();
    }

    private void assertThingsAreSame() throws SQLException {
        assertSame(
                "SELECT t, n, " + q("at") + ", d, v FROM things ORDER BY v",
                "SELECT t, n, \"at\", d, v FROM things ORDER BY v");
    }

    private void things() throws SQLException {
        source("CREATE TABLE things (t VARCHAR(100) NOT NULL, n DECIMAL(10, 2) NOT NULL, " + q("at") + " "
                + timestamp() + " NOT NULL, d DATE NOT NULL, b " + bytes() + " NOT NULL, v INTEGER, updated_at "
                + timestamp() + ", PRIMARY KEY (t, n, " + q("at") + ", d, b))");
        SANDBOX.redshift("CREATE TABLE things (t varchar(400), n decimal(10,2), \"at\" timestamp, d date,"
                + " b varbyte(10), v int, updated_at timestamp)");
        deployment.table("things", "timed", "keys", "t,n,at,d,b");
    }

    /** Rows with keys that are hard to write. */
    private void thing(int first, int last) throws SQLException {
        String sql = "INSERT INTO things VALUES (?, ?, ?, ?, ?, ?, '2001-01-01 00:00:00')";
        source.setAutoCommit(false);
        try (var insert = source.prepareStatement(sql)) {
            for (int v = first; v <= last; v++) {
                insert.setString(1, "a 'quoted' \"one\", \\ \n\t é😀 @NULL7Kq@ " + v);
                insert.setBigDecimal(2, new BigDecimal(v + ".50"));
                insert.setString(3, "2024-01-01 00:00:0" + v % 10 + ".25");
                insert.setString(4, "2024-02-29");
                insert.setBytes(5, new byte[] {0, (byte) 255, (byte) v});
                insert.setInt(6, v);
                insert.addBatch();
            }
            insert.executeBatch();
        }
        source.commit();
        source.setAutoCommit(true);
    }

    @Test
    void aValueThatDoesNotFitIsRefusedWithItsRowOrAlteredAndCounted() throws SQLException {
        for (String table : List.of("strict", "lenient")) {
            source(
                    "CREATE TABLE " + table
                            + " (id INTEGER NOT NULL PRIMARY KEY, price DECIMAL(10, 3), name VARCHAR(100))",
                    "INSERT INTO " + table + " VALUES (1, 1.25, 'fits'), (2, 1.239, 'fits'), (3, 1.5, 'too long')");
            SANDBOX.redshift("CREATE TABLE " + table + " (id int, price decimal(10,2), name varchar(4))");
        }
        deployment
                .set("replicator.delete-tracking", "false")
                .table("strict", "full")
                .table("lenient", "full", "onOverflow", "truncate");
        Deployment.Result result = deployment.run("replicate", "all");
        assertThat(result.code()).as(result.toString()).isOne();
        assertThat(result.err()).containsIgnoringCase("column price holds more than 2 decimals in the row id=2");
        assertThat(SANDBOX.redshiftRows("SELECT id FROM strict")).isEmpty();
        assertThat(SANDBOX.redshiftRows("SELECT id, price, name FROM lenient ORDER BY id"))
                .containsExactly(
                        List.of("1", "1.25", "fits"), List.of("2", "1.23", "fits"), List.of("3", "1.50", "too "));
        assertThat(sourceRows("SELECT altered_count FROM replicator_replications WHERE processorName = 'lenient'"))
                .containsExactly(List.of("2"));
    }
}
