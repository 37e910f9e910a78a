package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Rows that are easily lost between two windows, from the command line to the target. */
class WindowsIT {
    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    private static final String ROWS = "SELECT id, name FROM events ORDER BY id";

    @TempDir
    Path directory;

    private Deployment deployment;

    @BeforeEach
    void deploy() {
        deployment = new Deployment(directory, SANDBOX.properties());
    }

    private Deployment.Result replicate() {
        Deployment.Result result = deployment.run("replicate", "events");
        assertThat(result.code()).as(result.toString()).isZero();
        return result;
    }

    private static void assertSame() throws SQLException {
        assertThat(SANDBOX.redshiftRows(ROWS)).isEqualTo(SANDBOX.sourceRows(ROWS));
    }

    private void events(String strategy, String column) throws SQLException {
        SANDBOX.source("CREATE TABLE events (id bigserial PRIMARY KEY, name text" + column + ")");
        SANDBOX.redshift("CREATE TABLE events (id bigint, name varchar(200))");
        deployment.table("events", strategy);
    }

    @Test
    void tiesOnTheBoundary() throws SQLException {
        events("timed", ", updated_at timestamptz NOT NULL");
        SANDBOX.source(
                "INSERT INTO events (name, updated_at) SELECT 'tie ' || g, date_trunc('second', now()) - interval '2 s'"
                        + " FROM generate_series(1, 5) g");
        replicate();
        SANDBOX.source(
                "INSERT INTO events (name, updated_at) SELECT 'late tie', max(updated_at) FROM events",
                "INSERT INTO events (name, updated_at) SELECT 'bound', left(max(last_record), 19)::timestamptz"
                        + " FROM replicator_replications");
        replicate();
        assertThat(SANDBOX.redshiftRows("SELECT count(*) FROM events WHERE name = 'bound'"))
                .isEqualTo(SANDBOX.sourceRows("SELECT 1::text"));
    }

    @Test
    void aTransactionThatCommitsAfterTheWindowWasRead() throws SQLException {
        events("timed", ", updated_at timestamptz NOT NULL DEFAULT now()");
        SANDBOX.source("INSERT INTO events (name) VALUES ('first')");
        try (Connection late = SANDBOX.source()) {
            late.setAutoCommit(false);
            SandboxExtension.execute(late, "INSERT INTO events (name) VALUES ('late')");
            SANDBOX.source("INSERT INTO events (name, updated_at) VALUES ('meanwhile', clock_timestamp())");
            replicate();
            late.commit();
        }
        replicate();
        assertSame();
    }

    @Test
    void aKeyThatCommitsAfterAHigherOne() throws SQLException {
        events("identity", "");
        SANDBOX.source("INSERT INTO events (name) VALUES ('first')");
        try (Connection late = SANDBOX.source()) {
            late.setAutoCommit(false);
            SandboxExtension.execute(late, "INSERT INTO events (name) VALUES ('late')");
            SANDBOX.source("INSERT INTO events (name) VALUES ('higher')");
            replicate();
            late.commit();
        }
        replicate();
        assertSame();
    }

    @Test
    void rowsWithoutATimeComeEveryRun() throws SQLException {
        events("timed", ", updated_at timestamp");
        SANDBOX.source("INSERT INTO events (name) VALUES ('untold')");
        replicate();
        SANDBOX.source("UPDATE events SET name = 'changed'", "INSERT INTO events (name) VALUES ('more')");
        replicate();
        assertSame();
    }

    @Test
    void anIdentityTableWithRowsWithoutAKeyIsRefused() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE events (id int, name text)", "INSERT INTO events VALUES (1, 'one'), (NULL, 'none')");
        SANDBOX.redshift("CREATE TABLE events (id int, name varchar(200))");
        deployment.table("events", "identity");

        Deployment.Result result = deployment.run("replicate", "events");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.toString()).contains("NULL in the replication field 'id'");
        assertThat(SANDBOX.redshiftRows(ROWS)).isEmpty();
    }

    /** Keys drawn in blocks are used long after higher ones were replicated. */
    @Test
    void keysThatAreUsedLateAreFoundByTheOverlap() throws SQLException {
        SANDBOX.source("CREATE TABLE events (id int PRIMARY KEY, name text)");
        SANDBOX.redshift("CREATE TABLE events (id int, name varchar(200))");
        deployment.table("events", "identity", "overlap", "100");
        SANDBOX.source("INSERT INTO events VALUES (1, 'a'), (51, 'b'), (52, 'c')");
        replicate();
        SANDBOX.source("INSERT INTO events VALUES (2, 'late'), (53, 'd')");
        replicate();
        assertSame();
        SANDBOX.source("INSERT INTO events VALUES (3, 'later')");
        replicate();
        replicate();
        assertSame();
    }

    /** The server's local time goes into a column without a zone, and so does UTC: neither is lost. */
    @Test
    void localTimesOfTheServerAndOfTheApplication() throws SQLException {
        events("timed", ", updated_at timestamp NOT NULL");
        try (Connection superuser = SANDBOX.sandbox().sourceSuperuserConnection()) {
            SandboxExtension.execute(superuser, "ALTER ROLE shop SET TimeZone = 'America/New_York'");
            try {
                stamped("America/New_York", "before");
                stamped("UTC", "before, by the application");
                Deployment.Result first = replicate();
                stamped("America/New_York", "after");
                stamped("UTC", "after, by the application");
                SANDBOX.source("UPDATE events SET name = 'moved', updated_at = clock_timestamp() AT TIME ZONE"
                        + " 'America/New_York' WHERE id = 1");
                replicate();
                assertSame();
                assertThat(first.code()).isZero();
            } finally {
                SandboxExtension.execute(superuser, "ALTER ROLE shop RESET TimeZone");
            }
        }
    }

    private static void stamped(String zone, String name) throws SQLException {
        SANDBOX.source("INSERT INTO events (name, updated_at) VALUES ('" + name + "', clock_timestamp() AT TIME ZONE '"
                + zone + "')");
    }

    @Test
    void theTablesOwnZoneIsTaken() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE events (id serial PRIMARY KEY, name text, updated_at timestamp)",
                "CREATE INDEX ON events (updated_at)");
        SANDBOX.redshift("CREATE TABLE events (id int, name varchar(200))");
        deployment.table(
                "events", "timed", "timeZone", "Asia/Tokyo", "lag", "0s", "partSize", "64KB", "maxRetries", "3");
        stamped("Asia/Tokyo", "one");
        replicate();
        stamped("Asia/Tokyo", "two");
        replicate();
        assertSame();
        assertThat(replicate().out()).contains("nothing to do");
    }
}
