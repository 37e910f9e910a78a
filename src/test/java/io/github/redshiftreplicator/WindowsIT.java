package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.TimeZone;
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

    private void threeBlocksWithAnOverlapOfTwoHours() throws SQLException {
        SANDBOX.source("CREATE TABLE events (id int PRIMARY KEY, name text)");
        SANDBOX.redshift("CREATE TABLE events (id int, name varchar(200))");
        deployment.table("events", "identity", "overlap", "2h");
        for (int block = 1; block <= 3; block++) {
            SANDBOX.source("INSERT INTO events VALUES (" + block + "00, 'block')");
            replicate();
        }
    }

    @Test
    void keysThatAreUsedLateAreFoundByAnOverlapOfTime() throws SQLException {
        threeBlocksWithAnOverlapOfTwoHours();
        SANDBOX.source(
                "UPDATE replicator_replications SET updated_at = updated_at - interval '3 hours' WHERE last_record = '100'");

        SANDBOX.source("INSERT INTO events VALUES (150, 'two hours ago'), (50, 'long ago')");
        replicate();

        assertThat(SANDBOX.redshiftRows("SELECT id FROM events ORDER BY id"))
                .isEqualTo(SANDBOX.sourceRows("SELECT id FROM events WHERE id <> 50 ORDER BY id"));
    }

    /** A load may take longer than the period; the keys that came meanwhile lie above its window. */
    @Test
    void anOverlapOfTimeIsCountedFromTheBeginOfTheLastImport() throws SQLException {
        threeBlocksWithAnOverlapOfTwoHours();
        imported("100", 6, 6);
        imported("200", 3, 3);
        imported("300", 3, 0);

        SANDBOX.source("INSERT INTO events VALUES (150, 'late'), (50, 'long ago')");
        replicate();

        assertThat(SANDBOX.redshiftRows(ROWS))
                .isEqualTo(SANDBOX.sourceRows(ROWS.replace("ORDER", "WHERE id <> 50 ORDER")));
    }

    private static void imported(String last, int begun, int ended) throws SQLException {
        SANDBOX.source("UPDATE replicator_replications SET created_at = created_at - interval '" + begun
                + " hours', updated_at = updated_at - interval '" + ended + " hours' WHERE last_record = '" + last
                + "'");
    }

    @Test
    void aClockThatWasSetBack() throws SQLException {
        events("timed", ", updated_at timestamptz NOT NULL DEFAULT now()");
        SANDBOX.source("INSERT INTO events (name) VALUES ('before')");
        replicate();
        // what the state table holds once the clock has gone back by ten minutes
        SANDBOX.source("UPDATE replicator_replications SET last_record = left(last_record, 19)::timestamp"
                + " + interval '10 min' || '.000000+00'");
        SANDBOX.source(
                "INSERT INTO events (name) VALUES ('in the time that comes twice')",
                "UPDATE events SET name = 'changed', updated_at = now() WHERE name = 'before'");
        replicate();
        assertSame();
        assertThat(replicate().out()).contains("nothing to do");
        SANDBOX.source("INSERT INTO events (name) VALUES ('after')");
        replicate();
        assertSame();
    }

    /** As much time has passed on this machine as on the source, but for what the source's clock was set back by. */
    @Test
    void aClockThatWasSetBackAndHasMadeUpForIt() throws SQLException {
        events("timed", ", updated_at timestamptz NOT NULL DEFAULT now()");
        SANDBOX.source("INSERT INTO events (name) VALUES ('before')");
        replicate();
        assertThat(replicate().out()).contains("nothing to do");
        // what the state table holds ten minutes after the clock was set back by ten minutes
        SANDBOX.source(
                "UPDATE replicator_replications SET source_clock = split_part(source_clock, ' ', 1) || ' '"
                        + " || split_part(source_clock, ' ', 2) || ' ' || split_part(source_clock, ' ', 3)::bigint - 600000"
                        + " || ' ' || split_part(source_clock, ' ', 4)",
                "INSERT INTO events (name, updated_at) VALUES ('in the time that came twice', now() - interval '5 min')",
                "INSERT INTO events (name, updated_at) VALUES ('before it', now() - interval '1 hour')");
        assertThat(replicate().out()).contains("imported");
        assertThat(replicate().out()).contains("nothing to do");
        assertThat(SANDBOX.redshiftRows(ROWS))
                .isEqualTo(SANDBOX.sourceRows(ROWS.replace("ORDER", "WHERE name <> 'before it' ORDER")));
    }

    /** The ledger knows what the state table has forgotten: an append is refused rather than doubled. */
    @Test
    void aStateTableThatWasLostOrRestoredDoublesNothing() throws SQLException {
        events("identity", "");
        SANDBOX.source("INSERT INTO events (name) VALUES ('one'), ('two')");
        replicate();
        SANDBOX.source("INSERT INTO events (name) VALUES ('three')");
        replicate();
        SANDBOX.source(
                "INSERT INTO events (name) VALUES ('four')",
                "DELETE FROM replicator_replications WHERE id = (SELECT max(id) FROM replicator_replications)");

        // a load's id has the second in which its replication was opened, and no backup is restored within one
        long second = Instant.now().getEpochSecond();
        await().until(() -> Instant.now().getEpochSecond() > second);

        Deployment.Result restored = deployment.run("replicate", "events");
        SANDBOX.source("DELETE FROM replicator_replications");
        Deployment.Result lost = deployment.run("replicate", "events");

        assertThat(List.of(restored.code(), lost.code())).containsExactly(1, 1);
        assertThat(restored.toString())
                .contains("the state table does not know of it")
                .contains("replicator reset");
        assertThat(lost.toString()).contains("the state table does not know of it");
        assertThat(SANDBOX.redshiftRows(ROWS)).hasSize(3);

        assertThat(deployment.run("reset", "events").code()).isZero();
        replicate();
        assertSame();
        SANDBOX.source("INSERT INTO events (name) VALUES ('five')");
        replicate();
        assertSame();
    }

    @Test
    void aTableThatWasGivenAnotherNameDoublesNothing() throws SQLException, IOException {
        events("identity", "");
        SANDBOX.source("INSERT INTO events (name) VALUES ('one'), ('two')");
        replicate();
        Files.delete(deployment.directory().resolve("routes/tables/events.camel.yaml"));
        deployment.table("renamed", "identity", "sourceTable", "events", "targetTable", "events");

        Deployment.Result renamed = deployment.run("replicate", "renamed");

        assertThat(renamed.code()).isEqualTo(1);
        assertThat(renamed.toString()).contains("the table's under another name", "replicator reset");
        assertSame();
    }

    /** This machine, the source's session and Redshift's each in a zone of its own, across three changes of the clocks. */
    @Test
    void threeZonesAcrossTheChangesOfTheClocks() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE events (id int PRIMARY KEY, name text, moment timestamptz, moment_utc timestamptz,"
                        + " local timestamp, day date, updated_at timestamptz NOT NULL)",
                "INSERT INTO events SELECT n, zone, at, at, at AT TIME ZONE zone, (at AT TIME ZONE zone)::date, at FROM"
                        + " (SELECT row_number() OVER () AS n, zone, day::timestamptz + g * interval '20 minutes' AS at"
                        + " FROM (VALUES ('Europe/Berlin', '2024-03-30 22:00+00'), ('Europe/Berlin', '2024-10-26 22:00+00'),"
                        + " ('America/New_York', '2024-11-03 03:00+00'), ('Australia/Lord_Howe', '2024-04-06 12:00+00'))"
                        + " changes (zone, day), generate_series(1, 24) g) moments");
        SANDBOX.redshift("CREATE TABLE events (id int, name varchar(200), moment timestamptz, moment_utc timestamp,"
                + " local timestamp, day date, updated_at timestamptz)");
        deployment.table("events", "timed");
        TimeZone here = TimeZone.getDefault();
        try (Connection source = SANDBOX.sandbox().sourceSuperuserConnection()) {
            SandboxExtension.execute(source, "ALTER ROLE shop SET TimeZone = 'Europe/Berlin'");
            TimeZone.setDefault(TimeZone.getTimeZone("Australia/Lord_Howe"));
            try {
                replicate();
                SANDBOX.source("UPDATE events SET name = 'moved', updated_at = now() WHERE id % 5 = 0");
                replicate();
                assertThat(deployment.run("verify", "events").code()).isZero();
            } finally {
                TimeZone.setDefault(here);
                SandboxExtension.execute(source, "ALTER ROLE shop RESET TimeZone");
            }
            String epoch = "SELECT id, name, extract(epoch FROM moment)::bigint, %s::text, local::text, day::text,"
                    + " extract(epoch FROM updated_at)::numeric(20,6) FROM events ORDER BY id";
            assertThat(SANDBOX.redshiftRows(epoch.formatted("moment_utc")))
                    .isEqualTo(SANDBOX.sourceRows(epoch.formatted("(moment_utc AT TIME ZONE 'UTC')")));
        }
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
