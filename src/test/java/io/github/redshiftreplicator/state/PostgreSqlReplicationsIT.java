package io.github.redshiftreplicator.state;

import static io.github.redshiftreplicator.state.Fixtures.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.github.redshiftreplicator.table.PartFormat;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.Window;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.dao.DataAccessException;

class PostgreSqlReplicationsIT extends ReplicationsContract {
    @RegisterExtension
    static final PostgresServer SERVER = new PostgresServer();

    @Override
    HikariDataSource openPool() {
        return Fixtures.pool(SERVER.url(), "postgres");
    }

    @Override
    String literal(Instant instant) {
        return "timestamptz '" + instant + "'";
    }

    @Test
    void withoutTheRightToCreateAnExistingTableIsUsed() {
        replications.createTable();
        role("reader_of_existing");
        sql.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON " + name + " TO reader_of_existing");
        as("reader_of_existing", other -> {
            Replication opened = other.open(
                            table("users", Strategy.FULL),
                            Optional.empty(),
                            Window.EVERYTHING,
                            PartFormat.GZIP,
                            1,
                            here)
                    .orElseThrow();
            assertThat(other.to(opened, State.EXPORTING).state()).isEqualTo(State.EXPORTING);
        });
    }

    @Test
    void withoutTheRightToCreateAMissingTableIsAnErrorWithItsRemedy() {
        role("reader_of_nothing");
        as("reader_of_nothing", other -> {
            assertThatThrownBy(other::createTable)
                    .isInstanceOf(StateTableException.class)
                    .hasMessage("The state table " + name + " can't be created (ERROR: permission denied for schema"
                            + " public): grant the user CREATE in its schema and SELECT, INSERT, UPDATE and DELETE on it,"
                            + " create it with the SQL that 'replicator install --dry-run' prints, or set"
                            + " replicator.state.url to another database.");
        });
    }

    @Test
    void aTableThatMayNotBeReadIsNotTakenForAMissingOne() {
        replications.createTable();
        role("reader_of_others");
        as("reader_of_others", other -> {
            assertThatThrownBy(other::tableExists)
                    .isInstanceOf(StateTableException.class)
                    .hasMessageStartingWith("The state table " + name + " can't be read (ERROR: permission denied for"
                            + " table " + name + "): grant");
            assertThatThrownBy(() -> other.latest("users")).isInstanceOf(StateTableException.class);
        });
    }

    @Test
    void aTableOfAnEarlierVersionThatMayNotBeChangedSaysHow() {
        replications.createTable();
        sql.execute("ALTER TABLE " + name + " DROP COLUMN replication_field");
        role("user_of_others");
        sql.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON " + name + " TO user_of_others");
        as("user_of_others", other -> {
            assertThatThrownBy(() -> other.latest("users"))
                    .isInstanceOf(StateTableException.class)
                    .hasMessage(
                            "The state table " + name + " is an earlier version's and can't be changed (ERROR: must be"
                                    + " owner of table " + name + "): run 'ALTER TABLE " + name
                                    + " ADD replication_field VARCHAR(255)' as its owner.");
        });
    }

    /** The rollback fails, too, and says only that the connection is closed. */
    @Test
    void aConnectionThatIsEndedInATransactionSaysWhy() {
        replications.createTable();
        Replication first = open(Optional.empty());
        Replication canceled = replications.cancel(first, "no longer wanted");
        sql.execute("CREATE OR REPLACE FUNCTION ends() RETURNS trigger LANGUAGE plpgsql"
                + " AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END'");
        sql.execute("CREATE TRIGGER ends BEFORE UPDATE ON " + name + " FOR EACH ROW EXECUTE FUNCTION ends()");

        assertThatThrownBy(() -> open(Optional.of(canceled)))
                .isInstanceOf(DataAccessException.class)
                .hasMessageContaining("terminating connection due to administrator command");
    }

    private Replication open(Optional<Replication> predecessor) {
        return replications
                .open(table("users", Strategy.FULL), predecessor, Window.EVERYTHING, PartFormat.GZIP, 1, here)
                .orElseThrow();
    }

    @Test
    void serializableIsolationByDefaultChangesNothing() throws Exception {
        sql.execute("ALTER DATABASE postgres SET default_transaction_isolation = 'serializable'");
        try (HikariDataSource strict = openPool()) {
            Replications first = new Replications(strict, name, Replications.DEFAULT_LEASE);
            first.createTable();
            Owner other = Owner.here();
            for (int round = 0; round < 20; round++) {
                String table = "users" + round;
                assertThat(together(
                                4,
                                i -> first.open(
                                        table(table, Strategy.FULL),
                                        Optional.empty(),
                                        Window.EVERYTHING,
                                        PartFormat.GZIP,
                                        1,
                                        other)))
                        .filteredOn(Optional::isPresent)
                        .hasSize(1);
            }
        } finally {
            sql.execute("ALTER DATABASE postgres RESET default_transaction_isolation");
        }
    }

    /** Uses the state table as another user sees it. */
    private void as(String user, Consumer<Replications> use) {
        try (HikariDataSource pool = Fixtures.pool(SERVER.url(), user)) {
            use.accept(new Replications(pool, name, Replications.DEFAULT_LEASE));
        }
    }

    private void role(String role) {
        sql.execute("CREATE ROLE " + role + " LOGIN");
    }
}
