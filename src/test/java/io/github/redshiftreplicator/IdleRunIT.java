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

/** Nothing to do costs nothing. */
class IdleRunIT {
    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @TempDir
    Path directory;

    @Test
    void anIdleRunAsksTheSourceOnceAndNeitherS3NorRedshift() throws SQLException, IOException {
        SANDBOX.source(
                "CREATE TABLE visits (id int PRIMARY KEY, page text)",
                "INSERT INTO visits SELECT g, 'page ' || g FROM generate_series(1, 100) g",
                "CREATE TABLE users (id int PRIMARY KEY, name text, updated_at timestamptz NOT NULL)",
                "CREATE INDEX ON users (updated_at)",
                "INSERT INTO users SELECT g, 'user ' || g, now() - interval '1 hour' FROM generate_series(1, 100) g");
        SANDBOX.redshift(
                "CREATE TABLE visits (id int, page varchar(100))",
                "CREATE TABLE users (id int, name varchar(100), updated_at timestamptz)");
        Deployment deployment = new Deployment(directory, SANDBOX.properties())
                .table("visits", "identity")
                .table("users", "timed");
        Deployment.Result first = deployment.run("replicate", "all");
        assertThat(first.code()).as(first.toString()).isZero();

        String url = SANDBOX.properties().get("replicator.source.url");
        URI server = URI.create(url.substring("jdbc:".length()));
        try (StatementCounter counter = new StatementCounter(server.getPort())) {
            deployment
                    .set("replicator.source.url", url.replace(":" + server.getPort(), ":" + counter.port()))
                    .set("replicator.state.url", url)
                    .set("replicator.state.username", SANDBOX.properties().get("replicator.source.username"))
                    .set("replicator.state.password", SANDBOX.properties().get("replicator.source.password"))
                    // where nothing listens: a call of either would fail the run
                    .set("replicator.redshift.url", "jdbc:redshift://127.0.0.1:1/none")
                    .set("replicator.s3.endpoint", "http://127.0.0.1:1");
            try (Service service = deployment.service()) {
                for (String table : List.of("visits", "users")) {
                    // the first run of a process learns the table's columns and which times its zones make plausible
                    assertThat(run(service, table)).isEqualTo(Outcome.Kind.NOTHING_TO_DO);
                    counter.clear();
                    assertThat(run(service, table)).isEqualTo(Outcome.Kind.NOTHING_TO_DO);
                    assertThat(counter.statements().stream()
                                    .filter(sql -> !sql.startsWith("BEGIN"))
                                    .filter(sql -> !sql.equals("COMMIT") && !sql.equals("ROLLBACK"))
                                    .toList())
                            .as("statements of an idle run over %s", table)
                            .singleElement()
                            .asString()
                            .contains("SELECT")
                            .contains(table);
                }
            }
        }
    }

    private static Outcome.Kind run(Service service, String table) {
        return ReplicatorComponent.of(service.context())
                .tables()
                .require(table)
                .run(NextStep.Action.REPLICATE)
                .kind();
    }
}
