package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.redshiftreplicator.cli.Service;
import io.github.redshiftreplicator.route.Outcome;
import io.github.redshiftreplicator.route.ReplicatorComponent;
import io.github.redshiftreplicator.sandbox.Sandbox;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import io.github.redshiftreplicator.state.NextStep;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a table's file or the configuration says is changed while the table has a past, and a replication in the middle. */
class ChangedTableIT {
    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    private static final String ROWS = "SELECT id, name FROM users ORDER BY id";

    @TempDir
    Path directory;

    private Deployment deployment;

    @BeforeEach
    void tables() throws SQLException {
        deployment = new Deployment(directory, SANDBOX.properties());
        SANDBOX.source(
                "CREATE TABLE users (id int PRIMARY KEY, name text, updated_at timestamptz DEFAULT now() - interval '1 hour')",
                "INSERT INTO users SELECT g, 'user ' || g FROM generate_series(1, 20) g");
        SANDBOX.redshift("CREATE TABLE users (id int, name varchar(100), updated_at timestamptz)");
    }

    private Deployment.Result run(int code, String... arguments) {
        Deployment.Result result = deployment.run(arguments);
        assertThat(result.code()).as(result.toString()).isEqualTo(code);
        return result;
    }

    private void assertSame() throws SQLException {
        assertThat(SANDBOX.redshiftRows(ROWS)).isEqualTo(SANDBOX.sourceRows(ROWS));
    }

    /** Leaves the export of three changed rows unfinished in a state. */
    private void unfinished(String strategy, String state) throws SQLException {
        deployment.table("users", strategy);
        run(0, "replicate", "users");
        SANDBOX.source(
                "UPDATE users SET name = 'changed', updated_at = now() WHERE id <= 3",
                "INSERT INTO users VALUES (21, 'new', now())");
        // a timed window ends with the second before
        await().until(() -> run(0, "export", "users").out().contains("uploaded"));
        SANDBOX.source("UPDATE replicator_replications SET state = '" + state + "' WHERE state = 'uploaded'");
    }

    @ParameterizedTest
    @CsvSource({
        "timed, uploaded, identity",
        "timed, exporting, identity",
        "timed, importing, full",
        "timed, uploaded, full",
        "full, uploaded, timed",
        "identity, exporting, timed"
    })
    void anUnfinishedReplicationOfAnotherStrategyIsCanceled(String before, String state, String after)
            throws SQLException {
        unfinished(before, state);
        deployment.table("users", after);

        run(0, "replicate", "users");

        assertSame();
        assertThat(SANDBOX.sourceRows("SELECT state, last_error FROM replicator_replications WHERE id = 2"))
                .containsExactly(List.of("canceled", "its strategy was " + before + " and is " + after + " now"));
    }

    /** The record of a time means nothing to a key, nor one column's time to another's. */
    @Test
    void aTableOfAnotherReplicationFieldBeginsAnew() throws SQLException {
        SANDBOX.source("ALTER TABLE users ADD imported_at timestamptz DEFAULT now() - interval '2 hours'");
        unfinished("timed", "uploaded");
        deployment.table("users", "timed", "replicationField", "imported_at");
        assertThat(run(0, "verify", "users").toString())
                .contains("its replication field was updated_at and is imported_at now", "moves everything");

        run(0, "replicate", "users");

        assertSame();
        assertThat(SANDBOX.sourceRows("SELECT state, last_error, replication_field, first_record FROM"
                        + " replicator_replications WHERE id > 1 ORDER BY id"))
                .containsExactly(
                        Arrays.asList(
                                "canceled",
                                "its replication field was updated_at and is imported_at now",
                                "updated_at",
                                SANDBOX.sourceRows("SELECT last_record FROM replicator_replications WHERE id = 1")
                                        .get(0)
                                        .get(0)),
                        Arrays.asList("imported", null, "imported_at", null));
        run(0, "verify", "users");
    }

    /** The windows before are times, which no number of keys is counted from. */
    @Test
    void anOverlapsPeriodEndsWhereTheTableBeganAnew() throws SQLException {
        deployment.table("users", "timed");
        run(0, "replicate", "users");
        SANDBOX.source("UPDATE replicator_replications SET updated_at = updated_at - interval '2 hours'");
        deployment.table("users", "identity", "overlap", "1h");
        run(0, "replicate", "users");
        SANDBOX.source("INSERT INTO users VALUES (21, 'new')");
        run(0, "replicate", "users");
        assertSame();
    }

    @Test
    void anotherTargetIsRefusedUntilAReset() throws SQLException {
        SANDBOX.redshift("CREATE TABLE people (id int, name varchar(100), updated_at timestamptz)");
        unfinished("identity", "uploaded");
        deployment.table("users", "identity", "targetTable", "people");

        assertThat(run(1, "replicate", "users").toString())
                .contains("its rows went to users so far, and its target is people now", "reset users");
        assertThat(SANDBOX.redshiftRows("SELECT * FROM people")).isEmpty();

        run(0, "reset", "users");
        run(0, "replicate", "users");
        assertThat(SANDBOX.redshiftRows("SELECT id, name FROM people ORDER BY id"))
                .isEqualTo(SANDBOX.sourceRows(ROWS));
    }

    @Test
    void aTargetMayBeSpelledOtherwise() throws SQLException {
        unfinished("timed", "uploaded");
        String schema = SANDBOX.redshiftRows("SELECT CURRENT_SCHEMA()").get(0).get(0);
        deployment.table("users", "timed", "targetTable", schema + ".users");
        run(0, "replicate", "users");
        assertSame();
        assertThat(SANDBOX.sourceRows("SELECT state FROM replicator_replications ORDER BY id"))
                .containsExactly(List.of("imported"), List.of("imported"));
    }

    @Test
    void whatIsExportedAgainIsStoredAsTheConfigurationSaysNow() throws SQLException {
        unfinished("timed", "exporting");
        deployment.set("replicator.format", "zstd").set("replicator.s3.prefix", SANDBOX.prefix() + "/elsewhere");
        run(0, "replicate", "users");
        assertSame();
        assertThat(SANDBOX.sourceRows("SELECT export_format, key LIKE '%/elsewhere/%' FROM replicator_replications"
                        + " WHERE id = 2"))
                .containsExactly(List.of("zstd", "t"));
    }

    /** Whatever the clause is called: a replication that loads nothing must not count as imported. */
    @Test
    void aLoadOfNothingIsRefused() throws SQLException {
        deployment.table("users", "identity").set("replicator.copy.check", "NOLOAD");
        assertThat(run(1, "replicate", "users").toString()).contains("NOLOAD", "replicator.copy.*");
        deployment.unset("replicator.copy.check");
        run(0, "replicate", "users");
        assertSame();
    }

    /** Shards of one table, replicated at the same moment. */
    @Test
    void deploymentsWithATableOfOneNameHaveLoadsOfTheirOwn() throws SQLException {
        List<Service> services = new ArrayList<>();
        try {
            for (int shard = 0; shard < 2; shard++) {
                services.add(new Deployment(directory.resolve("shard" + shard), SANDBOX.properties())
                        .set("replicator.state.table", "state_" + shard)
                        .table("users", "timed", "where", "id % 2 = " + shard)
                        .service());
            }
            await().until(() -> System.currentTimeMillis() % 1000 < 100);
            List<CompletableFuture<Outcome>> runs = services.stream()
                    .map(service -> CompletableFuture.supplyAsync(() -> ReplicatorComponent.of(service.context())
                            .tables()
                            .require("users")
                            .run(NextStep.Action.REPLICATE)))
                    .toList();
            assertThat(runs).allMatch(run -> run.join().isGood());
        } finally {
            services.forEach(Service::close);
        }
        assertSame();
        assertThat(SANDBOX.s3()
                        .listObjectsV2(request -> request.bucket(Sandbox.BUCKET).prefix(SANDBOX.prefix()))
                        .contents())
                .isEmpty();
    }
}
