package io.github.redshiftreplicator.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whether a source tells that it is a read replica. */
class ReplicaIT {
    @RegisterExtension
    static final MariaDb MARIADB = new MariaDb();

    private static void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(MARIADB.url("mariadb"), "admin", "admin");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void aReplicaThatDoesNotFollowItsPrimaryKnowsNoLag() throws SQLException {
        try (SourceDatabase source =
                SourceDatabase.open(MARIADB.url("mariadb"), "admin", "admin", SourceSettings.defaults())) {
            assertThat(source.replica()).isEmpty();
            execute("CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_USER = 'nobody'");
            try {
                assertThat(source.replica()).contains(new Replica(Optional.empty()));
            } finally {
                execute("RESET SLAVE ALL");
            }
        }
    }
}
