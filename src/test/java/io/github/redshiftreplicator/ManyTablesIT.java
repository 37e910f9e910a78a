package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.redshiftreplicator.sandbox.GatewayFaults;
import io.github.redshiftreplicator.sandbox.GatewayFaults.Fault;
import io.github.redshiftreplicator.sandbox.GatewayFaults.When;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
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
            make(deployment, table);
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

    @Test
    void asManyTablesAreLoadedAtOnceAsAreReplicatedAtOnce() throws SQLException {
        List<String> tables =
                IntStream.rangeClosed(1, 12).mapToObj(i -> "t" + i).toList();
        Deployment deployment = new Deployment(directory, SANDBOX.properties())
                .set("replicator.concurrent-tables", String.valueOf(tables.size()));
        GatewayFaults faults = SANDBOX.faults();
        List<Fault> loads = new ArrayList<>();
        for (String table : tables) {
            make(deployment, table);
            loads.add(faults.pause("^COPY ", When.BEFORE));
        }

        CompletableFuture<Deployment.Result> all =
                CompletableFuture.supplyAsync(() -> deployment.run("replicate", "all"));
        try {
            await().atMost(Duration.ofSeconds(30)).until(() -> loads.stream().allMatch(Fault::isMet));
        } finally {
            faults.clear();
        }

        Deployment.Result result = all.join();
        assertThat(result.code()).as(result.toString()).isZero();
        for (String table : tables) {
            assertThat(rowsOf(table)).isEqualTo(SANDBOX.sourceRows("SELECT id, page FROM " + table + " ORDER BY id"));
        }
    }

    private static void make(Deployment deployment, String table) throws SQLException {
        SANDBOX.source(
                "CREATE TABLE " + table + " (id int PRIMARY KEY, page text)",
                "INSERT INTO " + table + " SELECT g, '" + table + " ' || g FROM generate_series(1, 50) g");
        SANDBOX.redshift("CREATE TABLE " + table + " (id int, page varchar(100))");
        deployment.table(table, "identity");
    }

    private static List<List<String>> rowsOf(String table) throws SQLException {
        return SANDBOX.redshiftRows("SELECT id, page FROM " + table + " ORDER BY id");
    }
}
