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
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a load asks of Redshift, statement by statement: a small window takes as long as its round trips. There are more of
 * them than statements, as redshift-jdbc42 asks once more when a statement is closed; fewer, as BEGIN and
 * RESET go along with others.
 */
class LoadRoundTripsIT {
    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @TempDir
    Path directory;

    private StatementCounter counter;
    private Deployment deployment;

    @BeforeEach
    void count() throws IOException {
        String url = SANDBOX.properties().get("replicator.redshift.url");
        int port = URI.create(url.substring("jdbc:".length())).getPort();
        counter = new StatementCounter(port);
        deployment = new Deployment(directory, SANDBOX.properties())
                .set("replicator.redshift.url", url.replace(":" + port, ":" + counter.port()));
    }

    @AfterEach
    void stop() {
        counter.close();
    }

    @Test
    void anAppend() throws SQLException, IOException {
        SANDBOX.source("CREATE TABLE visits (id int PRIMARY KEY, page text)", "INSERT INTO visits VALUES (1, 'home')");
        SANDBOX.redshift("CREATE TABLE visits (id int, page varchar(100))");
        deployment.table("visits", "identity");

        assertThat(secondRun("visits", "INSERT INTO visits VALUES (2, 'cart')"))
                // the target's columns; the session; the ledger; is it loaded already, or what follows it; rows; the
                // ledger
                .isEqualTo("SELECT SELECT BEGIN SET LOCK RESET SELECT SELECT COPY SELECT INSERT COMMIT");
        assertThat(roundTrips()).isEqualTo(15);
    }

    @Test
    void aMerge() throws SQLException, IOException {
        SANDBOX.source(
                "CREATE TABLE users (id int PRIMARY KEY, name text, updated_at timestamptz NOT NULL)",
                "INSERT INTO users VALUES (1, 'Ada', now() - interval '1 hour')");
        SANDBOX.redshift("CREATE TABLE users (id int, name varchar(100), updated_at timestamptz)");
        deployment.table("users", "timed");

        assertThat(secondRun("users", "UPDATE users SET name = 'Ada L.', updated_at = now()"))
                // CREATE a staging table, and before DELETE: are its keys ones
                .isEqualTo(
                        "SELECT SELECT BEGIN SET LOCK RESET SELECT CREATE COPY SELECT SELECT DELETE INSERT DROP INSERT"
                                + " COMMIT");
        assertThat(roundTrips()).isEqualTo(18);
    }

    /** The first one of a process asks for more: the columns of the target, whether the ledger is there. */
    private String secondRun(String table, String change) throws SQLException {
        try (Service service = deployment.service()) {
            assertThat(replicate(service, table)).isEqualTo(Outcome.Kind.DONE);
            SANDBOX.source(change);
            counter.clear();
            assertThat(replicate(service, table)).isEqualTo(Outcome.Kind.DONE);
            return counter.statements().stream()
                    .map(sql -> sql.strip().split("\\W")[0])
                    .filter(verb -> !verb.isEmpty())
                    .collect(Collectors.joining(" "));
        }
    }

    /** Without the two in which the pool tries a connection that was idle, by an empty statement. */
    private long roundTrips() {
        return counter.roundTrips()
                - 2 * counter.statements().stream().filter(String::isEmpty).count();
    }

    private static Outcome.Kind replicate(Service service, String table) {
        return ReplicatorComponent.of(service.context())
                .tables()
                .require(table)
                .run(NextStep.Action.REPLICATE)
                .kind();
    }
}
