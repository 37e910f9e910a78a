package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.cli.Service;
import io.github.redshiftreplicator.route.Outcome;
import io.github.redshiftreplicator.route.ReplicatorComponent;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import io.github.redshiftreplicator.state.NextStep;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The state table keeps every replication unless told otherwise. A run costs the same after years as on the first day. */
class LongHistoryIT {
    private static final int REPLICATIONS = 3000;

    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @TempDir
    Path directory;

    private Deployment deployment;

    @Test
    void aRunReadsAFewRowsOfTheStateTable() throws SQLException, IOException {
        assertThat(rowsReadByARun()).isLessThan(30);
    }

    /** One a minute: two pages of 500 are enough to find the one of two hours ago. */
    @Test
    void anOverlapReadsNoFurtherBackThanItReaches() throws SQLException, IOException {
        assertThat(rowsReadByARun("overlap", "2h")).isLessThan(1100);
    }

    private long rowsReadByARun(String... parameters) throws SQLException, IOException {
        SANDBOX.source(
                "DROP TABLE IF EXISTS visits, replicator_replications",
                "CREATE TABLE visits (id int PRIMARY KEY, page text)",
                "INSERT INTO visits SELECT g, 'page ' || g FROM generate_series(1, 100) g");
        SANDBOX.redshift("DROP TABLE IF EXISTS visits", "CREATE TABLE visits (id int, page varchar(100))");
        deployment = new Deployment(directory, SANDBOX.properties()).table("visits", "identity", parameters);
        replicate();
        addHistory();
        SANDBOX.source("INSERT INTO visits SELECT g, 'page ' || g FROM generate_series(101, 200) g");
        replicate();
        SANDBOX.source("INSERT INTO visits SELECT g, 'page ' || g FROM generate_series(201, 300) g");

        String url = SANDBOX.properties().get("replicator.source.url");
        try (StatementCounter counter =
                new StatementCounter(URI.create(url.substring("jdbc:".length())).getPort())) {
            deployment
                    .set("replicator.state.url", url.replaceFirst(":\\d+/", ":" + counter.port() + "/"))
                    .set("replicator.state.username", SANDBOX.properties().get("replicator.source.username"))
                    .set("replicator.state.password", SANDBOX.properties().get("replicator.source.password"));
            try (Service service = deployment.service()) {
                assertThat(ReplicatorComponent.of(service.context())
                                .tables()
                                .require("visits")
                                .run(NextStep.Action.REPLICATE)
                                .kind())
                        .isEqualTo(Outcome.Kind.DONE);
            }
            assertThat(SANDBOX.redshiftRows("SELECT count(*) FROM visits")).containsExactly(List.of("300"));
            return counter.rows();
        }
    }

    private void replicate() {
        Deployment.Result result = deployment.run("replicate", "all");
        assertThat(result.code()).as(result.toString()).isZero();
    }

    /** As many replications again as copies of the first one, one a minute until then. */
    private void addHistory() throws SQLException {
        SANDBOX.source("""
                DO $$ DECLARE others text; BEGIN
                  SELECT string_agg(quote_ident(column_name), ', ') INTO others FROM information_schema.columns
                   WHERE table_name = 'replicator_replications'
                     AND column_name NOT IN ('id', 'messageid', 'updated_at');
                  EXECUTE format('INSERT INTO replicator_replications (messageId, updated_at, %%s)
                    SELECT ''visits-'' || lpad((1 + g)::text, 10, ''0''), updated_at - make_interval(mins => %d - g), %%s
                      FROM replicator_replications, generate_series(1, %d) g ORDER BY g', others, others);
                END $$""".formatted(REPLICATIONS, REPLICATIONS));
    }
}
