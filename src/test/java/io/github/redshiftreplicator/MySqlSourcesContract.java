package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
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
