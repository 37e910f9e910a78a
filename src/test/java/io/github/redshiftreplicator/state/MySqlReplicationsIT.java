package io.github.redshiftreplicator.state;

import com.zaxxer.hikari.HikariDataSource;
import io.github.redshiftreplicator.source.MySql;
import java.time.Instant;
import org.junit.jupiter.api.extension.RegisterExtension;

/** MySQL by its own driver. */
class MySqlReplicationsIT extends ReplicationsContract {
    @RegisterExtension
    static final MySql SERVER = new MySql();

    @Override
    HikariDataSource openPool() {
        return Fixtures.pool(SERVER.url() + "&user=admin&password=admin", null);
    }

    @Override
    String literal(Instant instant) {
        return MariaDbReplicationsIT.dateTime(instant);
    }
}
