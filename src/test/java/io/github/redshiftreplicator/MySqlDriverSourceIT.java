package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** MariaDB by MySQL's driver, Connector/J. */
class MySqlDriverSourceIT extends MariaDbSourceIT {
    @Override
    String driver() {
        return "mysql";
    }

    /** The child has 192 MB. */
    @Test
    void aTableLargerThanTheMemoryIsStreamed() throws SQLException {
        source("CREATE TABLE wide (id INT PRIMARY KEY, body MEDIUMTEXT)");
        source("INSERT INTO wide SELECT seq, repeat('x', 50000) FROM seq_1_to_5000");
        SANDBOX.redshift("CREATE TABLE wide (id int, body varchar(65535))");
        deployment.set("replicator.delete-tracking", "false").table("wide", "full");
        try (Child child = Child.replicator(deployment, "export", "wide")) {
            assertThat(child.awaitEnd()).as(child.output()).isZero();
            assertThat(child.output()).contains("Exported 5000 rows");
        }
    }
}
