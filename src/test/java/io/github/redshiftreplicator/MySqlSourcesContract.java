package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** MySQL, and MariaDB, which says the same. */
abstract class MySqlSourcesContract extends SourcesContract {
    @Override
    String user() {
        return "admin";
    }

    @Override
    String password() {
        return "admin";
    }

    @Override
    char quote() {
        return '`';
    }

    @Override
    String timestamp() {
        return "DATETIME(6)";
    }

    @Override
    String now() {
        return "UTC_TIMESTAMP(6)";
    }

    @Override
    String bytes() {
        return "VARBINARY(10)";
    }

    @Override
    String textOfAnyCase() {
        return "VARCHAR(10) COLLATE utf8mb4_general_ci";
    }

    @Test
    void rowsAreFoundByKeysThatTheTargetHasInAnotherForm() throws SQLException {
        List<List<String>> keys = List.of(
                List.of("varbinary(4)", "varchar(8)", "x'abcd'", "x'00ef'"),
                List.of("binary(2)", "varchar(8)", "x'ab'", "x'00ef'"),
                List.of("bit(12)", "int", "b'101'", "b'111100001111'"),
                List.of("bit(64)", "decimal(20,0)", "b'101'", "18446744073709551615"),
                List.of("bit(12)", "varchar(12)", "b'101'", "b'111100001111'"),
                List.of("bit(1)", "bool", "b'0'", "b'1'"),
                List.of("decimal(10,2)", "bigint", "7", "-8"),
                List.of("double", "decimal(30,2)", "1e20", "-2.5e16"),
                List.of("datetime(6)", "date", "'2024-02-29'", "'2024-03-01'"));
        for (int i = 0; i < keys.size(); i++) {
            String table = "t" + i;
            source(
                    "CREATE TABLE " + table + " (k " + keys.get(i).get(0)
                            + " PRIMARY KEY, v int, updated_at datetime(6))",
                    "INSERT INTO " + table + " VALUES (" + keys.get(i).get(2) + ", 1, " + now() + "), ("
                            + keys.get(i).get(3) + ", 2, " + now() + ")");
            SANDBOX.redshift("CREATE TABLE " + table + " (k " + keys.get(i).get(1) + ", v int, updated_at timestamp)");
            deployment.table(table, "timed", "keys", "k");
        }
        run("install");
        run("replicate", "all");
        for (int i = 0; i < keys.size(); i++) {
            source(
                    "DELETE FROM t" + i,
                    "INSERT INTO t" + i + " VALUES (" + keys.get(i).get(3) + ", 3, '2001-01-01')");
        }

        run("replicate", "all");

        for (int i = 0; i < keys.size(); i++) {
            assertThat(SANDBOX.redshiftRows("SELECT v FROM t" + i))
                    .as(keys.get(i).toString())
                    .containsExactly(List.of("3"));
        }
        assertQueueIsEmpty();
        run("verify");
    }

    /** The server's text of a FLOAT has six digits. */
    @Test
    void aKeyThatIsAFloatIsRefused() throws SQLException {
        source("CREATE TABLE readings (id FLOAT PRIMARY KEY)");
        SANDBOX.redshift("CREATE TABLE readings (id float4)");
        deployment.table("readings", "identity");

        Deployment.Result result = deployment.run("install");

        assertThat(result.code()).as(result.toString()).isOne();
        assertThat(result.err())
                .contains("its deletions cannot be tracked, for the queue's text of the key column 'id', a float,");
    }

    /** The server refuses a writing statement of this user, and its log shows what was sent. */
    @Test
    void everyStatementToTheSourceOfAReaderIsASelect() throws SQLException {
        source(
                "DROP USER IF EXISTS reader@localhost",
                "CREATE USER reader@localhost IDENTIFIED BY 'reader'",
                "GRANT SELECT ON `" + source.getCatalog() + "`.* TO reader@localhost",
                "SET GLOBAL log_output = 'TABLE', GLOBAL general_log = 1",
                "TRUNCATE mysql.general_log");
        deployment
                .set("replicator.source.username", "reader")
                .set("replicator.source.password", "reader")
                .set("replicator.delete-tracking", "false")
                .set("replicator.state.url", "jdbc:h2:file:" + directory.resolve("state"));
        shop();
        try {
            run("install");
            run("doctor");
            run("replicate", "all");
            source(
                    "DELETE FROM `select` WHERE `Id` = 1",
                    "INSERT INTO `select` VALUES (5, 'page 5')",
                    "UPDATE users SET name = 'changed', updated_at = " + now() + " WHERE id = 1");
            run("replicate", "all");
            run("reconcile", "visits");
            run("backfill", "users");
            assertShopIsSame();
            assertThat(sourceRows(
                            "SELECT DISTINCT upper(regexp_substr(regexp_replace(convert(argument USING utf8mb4), '/[*].*?[*]/', ''), '[a-zA-Z]+'))"
                                    + " FROM mysql.general_log WHERE user_host LIKE 'reader%' AND command_type IN ('Query',"
                                    + " 'Prepare', 'Execute')"))
                    .extracting(row -> row.get(0))
                    .contains("SELECT", "START", "ROLLBACK")
                    .isSubsetOf("SELECT", "SET", "SHOW", "START", "ROLLBACK", "COMMIT");
        } finally {
            source("SET GLOBAL general_log = 0", "DROP USER reader@localhost");
        }
    }
}
