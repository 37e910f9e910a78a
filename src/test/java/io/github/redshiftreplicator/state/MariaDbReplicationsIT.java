package io.github.redshiftreplicator.state;

import com.zaxxer.hikari.HikariDataSource;
import io.github.redshiftreplicator.source.MariaDb;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.extension.RegisterExtension;

/** MariaDB by its own driver. */
class MariaDbReplicationsIT extends ReplicationsContract {
    @RegisterExtension
    static final MariaDb SERVER = new MariaDb();

    @Override
    HikariDataSource openPool() {
        return Fixtures.pool(SERVER.url("mariadb") + "?user=admin&password=admin", null);
    }

    @Override
    String literal(Instant instant) {
        return dateTime(instant);
    }

    static String dateTime(Instant instant) {
        return DateTimeFormatter.ofPattern("''uuuu-MM-dd HH:mm:ss.SSSSSS''")
                .withZone(ZoneOffset.UTC)
                .format(instant);
    }
}
