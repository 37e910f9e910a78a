package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Several tables at once. */
@Timeout(120)
class ManyTablesIT {
    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @TempDir
    Path directory;

    @Test
    void aSlowTableDoesNotHoldUpTheOthers() throws SQLException {
        // the slow one comes first
        List<String> tables = List.of("a_slow", "b", "c", "d", "e");
        Deployment deployment =
                new Deployment(directory, SANDBOX.properties()).set("replicator.concurrent-tables", "2");
        for (String table : tables) {
            SANDBOX.source(
                    "CREATE TABLE " + table + " (id int PRIMARY KEY, page text)",
                    "INSERT INTO " + table + " SELECT g, '" + table + " ' || g FROM generate_series(1, 50) g");
            SANDBOX.redshift("CREATE TABLE " + table + " (id int, page varchar(100))");
            deployment.table(table, "identity");
        }
        CompletableFuture<Deployment.Result> all;
        try (Connection blocker = SANDBOX.source();
                Statement statement = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            // nobody can read it until this transaction ends
            statement.execute("LOCK TABLE a_slow IN ACCESS EXCLUSIVE MODE");
            all = CompletableFuture.supplyAsync(() -> deployment.run("replicate", "all"));
            for (String table : tables.subList(1, tables.size())) {
                await().ignoreExceptions().untilAsserted(() -> assertThat(rowsOf(table))
                        .isEqualTo(SANDBOX.sourceRows("SELECT id, page FROM " + table + " ORDER BY id")));
            }
            assertThat(rowsOf("a_slow")).isEmpty();
            assertThat(all).isNotDone();
            blocker.rollback();
        }
        Deployment.Result result = all.join();
        assertThat(result.code()).as(result.toString()).isZero();
        assertThat(rowsOf("a_slow")).isEqualTo(SANDBOX.sourceRows("SELECT id, page FROM a_slow ORDER BY id"));
    }

    private static List<List<String>> rowsOf(String table) throws SQLException {
        return SANDBOX.redshiftRows("SELECT id, page FROM " + table + " ORDER BY id");
    }
}
