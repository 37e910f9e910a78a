package io.github.redshiftreplicator.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

class SqliteReplicationsIT extends ReplicationsContract {
    @TempDir
    static Path directory;

    @Override
    HikariDataSource openPool() {
        return Fixtures.pool("jdbc:sqlite:" + directory.resolve("state.db") + "?synchronous=OFF", null);
    }

    @Test
    void aLockedDatabaseIsNotTakenForOneWithoutATable() throws SQLException {
        replications.createTable();
        String url = dataSource().getJdbcUrl() + "&busy_timeout=1";
        try (HikariDataSource impatient = Fixtures.pool(url, null);
                Connection other = DriverManager.getConnection(url);
                Statement statement = other.createStatement()) {
            impatient.getConnection().close();
            StateTable table = new StateTable(name, new JdbcTemplate(impatient), null);
            statement.execute("BEGIN EXCLUSIVE");
            assertThatThrownBy(table::exists).hasMessageContaining("locked");
            statement.execute("ROLLBACK");
            assertThat(table.exists()).isTrue();
        }
    }

    @Override
    String literal(Instant instant) {
        return DateTimeFormatter.ofPattern("''uuuu-MM-dd HH:mm:ss.SSS''")
                .withZone(ZoneOffset.UTC)
                .format(instant);
    }
}
