package io.github.redshiftreplicator.state;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Instant;

class H2ReplicationsIT extends ReplicationsContract {
    @Override
    HikariDataSource openPool() {
        return Fixtures.pool("jdbc:h2:mem:state;DB_CLOSE_DELAY=-1", "sa");
    }

    @Override
    String literal(Instant instant) {
        return "TIMESTAMP WITH TIME ZONE '" + instant + "'";
    }
}
