package io.github.redshiftreplicator;

import io.github.redshiftreplicator.sandbox.SandboxExtension;
import io.github.redshiftreplicator.source.MySql;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.extension.RegisterExtension;

/** MySQL by its own driver. */
class MySqlSourceIT extends MySqlSourcesContract {
    @RegisterExtension
    static final MySql SERVER = new MySql();

    private String url;

    @Override
    String url() throws SQLException {
        url = SERVER.newDatabase();
        return url;
    }

    /** The server cuts it into statements, as it does for its client with a semicolon for a delimiter. */
    @Override
    void script(String script) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url + "&allowMultiQueries=true", user(), password())) {
            SandboxExtension.execute(connection, script);
        }
    }
}
