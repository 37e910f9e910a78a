package io.github.redshiftreplicator.state;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.io.TempDir;

class SqliteReplicationsIT extends ReplicationsContract {
    @TempDir
    static Path directory;

    @Override
    HikariDataSource openPool() {
        return Fixtures.pool("jdbc:sqlite:" + directory.resolve("state.db") + "?synchronous=OFF", null);
    }

    @Override
    String literal(Instant instant) {
        return DateTimeFormatter.ofPattern("''uuuu-MM-dd HH:mm:ss.SSS''")
                .withZone(ZoneOffset.UTC)
                .format(instant);
    }
}
