package io.github.redshiftreplicator;

import io.github.redshiftreplicator.source.MariaDb;
import java.sql.SQLException;
import org.junit.jupiter.api.extension.RegisterExtension;

/** MariaDB by its own driver. */
class MariaDbSourceIT extends MySqlSourcesContract {
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
    void script(String script) throws Exception {
        SERVER.script(source.getCatalog(), script);
    }
}
