package io.github.redshiftreplicator.state;

import com.zaxxer.hikari.HikariDataSource;

/** MariaDB by MySQL's driver. */
class MySqlDriverReplicationsIT extends MariaDbReplicationsIT {
    @Override
    HikariDataSource openPool() {
        return Fixtures.pool(SERVER.url("mysql") + "&user=admin&password=admin", null);
    }
}
