package io.github.redshiftreplicator;

/** MariaDB by MySQL's driver, Connector/J. */
class MySqlDriverSourceIT extends MariaDbSourceIT {
    @Override
    String driver() {
        return "mysql";
    }
}
