package io.github.redshiftreplicator.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.Deployment;
import io.github.redshiftreplicator.cli.Service;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import io.github.redshiftreplicator.state.NextStep;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What Camel does not expect ends the run all the same, and the next one makes up for it. */
@Timeout(60)
class ErrorsAsFailuresIT {
    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    private static final String ROWS = "SELECT id, name FROM users ORDER BY id";

    @TempDir
    Path directory;

    @BeforeEach
    void tables() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE users (id int PRIMARY KEY, name text)",
                "INSERT INTO users SELECT g, 'user ' || g FROM generate_series(1, 5) g");
        SANDBOX.redshift("CREATE TABLE users (id int, name varchar(100))");
    }

    /** At exporting it is the caller's thread, later one of the split's. */
    @ParameterizedTest
    @EnumSource(names = {"EXPORTING", "EXPORTED", "UPLOADED", "IMPORTING", "IMPORTED"})
    void anErrorFailsTheRunAndTheNextOneGoesOn(RunEvent.Kind step) throws SQLException {
        Deployment deployment = new Deployment(directory, SANDBOX.properties()).table("users", "identity");
        try (Service service = deployment.service()) {
            ReplicatorComponent replicator = ReplicatorComponent.of(service.context());
            AtomicBoolean thrown = new AtomicBoolean();
            replicator.listeners().add(event -> {
                if (event.kind() == step && thrown.compareAndSet(false, true)) {
                    throw new NoClassDefFoundError("io/github/X");
                }
            });
            TableConsumer users = replicator.tables().require("users");

            Outcome failed = users.run(NextStep.Action.REPLICATE);

            assertThat(failed.kind()).isEqualTo(Outcome.Kind.FAILED);
            assertThat(failed.message()).contains("java.lang.NoClassDefFoundError: io/github/X");
            assertThat(SANDBOX.sourceRows("SELECT query FROM pg_stat_activity WHERE application_name LIKE"
                            + " 'redshift-replicator%' AND state LIKE 'idle in transaction%'"))
                    .isEmpty();
            assertThat(users.run(NextStep.Action.REPLICATE).isGood()).isTrue();
            assertThat(SANDBOX.redshiftRows(ROWS)).isEqualTo(SANDBOX.sourceRows(ROWS));
        }
    }
}
