package io.github.redshiftreplicator;

import io.github.redshiftreplicator.source.MariaDb;
import java.sql.SQLException;
import org.junit.jupiter.api.extension.RegisterExtension;

/** MariaDB by its own driver. */
class MariaDbSourceIT extends SourcesContract {
    @RegisterExtension
    static final MariaDb SERVER = new MariaDb();

    String driver() {
        return "mariadb";
    }

    @Override
    String url() throws SQLException {
        return SERVER.newDatabase(driver());
    }

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
}
