package io.github.redshiftreplicator.state;

import com.zaxxer.hikari.HikariDataSource;

/** The dialect for databases without one of their own, on a database that follows the standard. */
class StandardDialectReplicationsIT extends H2ReplicationsIT {
    @Override
    HikariDataSource openPool() {
        return Fixtures.pool("jdbc:h2:mem:standard;DB_CLOSE_DELAY=-1", "sa");
    }

    @Override
    StateDialect dialect() {
        return new StandardDialect();
    }
}
