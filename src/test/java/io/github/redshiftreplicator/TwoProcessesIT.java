package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Two processes replicate the same tables at once, again and again, while rows are written. */
@Timeout(240)
class TwoProcessesIT {
    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    private static final List<String> TABLES = List.of("visits", "users", "countries");

    @TempDir
    Path directory;

    @Test
    void twentyRunsOfBothLoadEachRowOnce() throws Exception {
        Deployment deployment = new Deployment(directory, SANDBOX.properties())
                .table("visits", "identity")
                .table("users", "timed")
                .table("countries", "full")
                .write();
        for (String table : TABLES) {
            SANDBOX.source(
                    "CREATE TABLE " + table
                            + " (id bigserial PRIMARY KEY, name text, updated_at timestamptz DEFAULT clock_timestamp())",
                    "CREATE INDEX ON " + table + " (updated_at)");
            SANDBOX.redshift("CREATE TABLE " + table + " (id bigint, name varchar(200), updated_at timestamptz)");
        }
        List<String> arguments = List.of(directory.toString(), "20");
        try (Child one = Child.start(RepeatedRuns.class, arguments);
                Child other = Child.start(RepeatedRuns.class, arguments)) {
            while (one.isAlive() || other.isAlive()) {
                for (String table : TABLES) {
                    SANDBOX.source("INSERT INTO " + table + " (name) SELECT 'row ' || g FROM generate_series(1, 20) g");
                }
                SANDBOX.source("UPDATE users SET name = 'changed', updated_at = clock_timestamp() WHERE id % 11 = 0");
            }
            assertThat(one.awaitEnd()).as(one.output()).isZero();
            assertThat(other.awaitEnd()).as(other.output()).isZero();
        }

        assertThat(deployment.run("replicate", "all").code()).isZero();
        for (String table : TABLES) {
            String rows = "SELECT id, name FROM " + table + " ORDER BY id";
            assertThat(SANDBOX.redshiftRows(rows)).as(table).isEqualTo(SANDBOX.sourceRows(rows));
            assertThat(SANDBOX.redshiftRows("SELECT count(*) FROM replicator_ledger_" + table))
                    .isEqualTo(SANDBOX.sourceRows("SELECT count(*) FROM replicator_replications WHERE processorName = '"
                            + table + "' AND state = 'imported'"));
        }
    }
}
