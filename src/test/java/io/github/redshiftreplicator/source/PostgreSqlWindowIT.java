package io.github.redshiftreplicator.source;

import static io.github.redshiftreplicator.source.Tables.begin;
import static io.github.redshiftreplicator.source.Tables.identity;
import static io.github.redshiftreplicator.source.Tables.lines;
import static io.github.redshiftreplicator.source.Tables.table;
import static io.github.redshiftreplicator.source.Tables.timed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.Table;
import io.github.redshiftreplicator.table.TableName;
import io.github.redshiftreplicator.table.Window;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows of a PostgreSQL source lose no row, whatever else runs. */
class PostgreSqlWindowIT {
    @RegisterExtension
    final PostgreSql postgres = new PostgreSql();

    private PostgreSql.Session admin;
    private SourceDatabase source;

    @BeforeEach
    void createTables() throws SQLException {
        admin = postgres.session();
        admin.execute(
                "CREATE TABLE users (id bigserial PRIMARY KEY, name text, updated_at timestamptz)",
                "CREATE INDEX ON users (updated_at)");
        source = open("postgres");
    }

    @AfterEach
    void close() {
        source.close();
    }

    private SourceDatabase open(String user) {
        return SourceDatabase.open(
                postgres.url(), user, user, SourceSettings.defaults().withPatience(Duration.ofMillis(400)));
    }

    /** Exports until nothing more is found, as a service would, and returns every row and the last record. */
    private List<String> moveAll(Table table, String from, List<String> lastRecord) {
        List<String> rows = new ArrayList<>();
        try (Export export = begin(source, table, from).orElseThrow()) {
            rows.addAll(lines(export));
            lastRecord.add(export.window().last().orElse(null));
        }
        return rows;
    }

    @Test
    void anIdleTableHasNothingToMove() {
        assertThat(begin(source, timed("users", "updated_at"), null)).isEmpty();
        assertThat(begin(source, identity("users"), null)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"timestamptz", "timestamp", "timestamptz(0)", "timestamp(3)"})
    void aRowArrivesInTheRunRightAfterItsChange(String type) throws SQLException {
        admin.execute(
                "SET TimeZone = 'UTC'",
                "CREATE TABLE t (id int PRIMARY KEY, at " + type + " NOT NULL)",
                "INSERT INTO t VALUES (1, clock_timestamp())");
        List<String> last = new ArrayList<>();
        assertThat(moveAll(timed("t", "at"), null, last)).hasSize(1);
        assertThat(begin(source, timed("t", "at"), last.get(0))).isEmpty();

        admin.execute("INSERT INTO t VALUES (2, clock_timestamp())");
        assertThat(moveAll(timed("t", "at"), last.get(0), last))
                .singleElement()
                .asString()
                .startsWith("2,");
    }

    @Test
    @Timeout(60)
    void aRowWithinTheLagIsLeftToALaterRunAndNotWaitedFor() throws SQLException {
        admin.execute(
                "INSERT INTO users (name, updated_at) VALUES ('old', now() - interval '2 hours'), ('new', now())");
        Table behind = table("users", Strategy.TIMED, Optional.of("updated_at"), Map.of("lag", "1h"));
        List<String> last = new ArrayList<>();

        assertThat(moveAll(behind, null, last)).singleElement().asString().contains("old");
        assertThat(admin.value("SELECT '" + last.get(0)
                        + "'::timestamptz BETWEEN now() - interval '61 min' AND now() - interval '1 h'"))
                .isEqualTo("t");
    }

    @Test
    void theBoundIsAWholeSecondInIsoFormWithAnOffsetWhereTheColumnHasOne() throws SQLException {
        admin.execute("INSERT INTO users (name, updated_at) VALUES ('a', now())");
        try (Export export = begin(source, timed("users", "updated_at"), null).orElseThrow()) {
            assertThat(export.window().first()).isEmpty();
            assertThat(export.window().last().orElseThrow())
                    .matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.000000\\+00");
            assertThat(admin.value("SELECT '" + export.window().last().orElseThrow()
                            + "'::timestamptz > now() - interval '3 s'"))
                    .isEqualTo("t");
        }
    }

    @Test
    void rowsOfOneMomentAreNeverDivided() throws SQLException {
        admin.execute(
                "INSERT INTO users (name, updated_at) SELECT 'x' || i, '2026-01-01 12:00:00+00' FROM generate_series(1, 5) i",
                "INSERT INTO users (name, updated_at) VALUES ('y', '2026-01-01 11:59:59+00')");
        List<String> last = new ArrayList<>();
        assertThat(moveAll(timed("users", "updated_at"), "2026-01-01 12:00:00.000000+00", last))
                .hasSize(5);
    }

    @Test
    void aTransactionThatCommitsLateIsInTheNextWindow() throws SQLException {
        PostgreSql.Session late = postgres.session();
        late.execute("BEGIN", "INSERT INTO users (name, updated_at) VALUES ('late', now())");
        admin.execute(
                "SELECT pg_sleep(1.1)", "INSERT INTO users (name, updated_at) VALUES ('soon', clock_timestamp())");
        List<String> last = new ArrayList<>();
        List<String> moved = new ArrayList<>();
        try (Export export = begin(source, timed("users", "updated_at"), null).orElseThrow()) {
            assertThat(export.heldBack().orElseThrow().pid()).contains(late.pid());
            assertThat(export.heldBack().orElseThrow().since()).isPresent();
            moved.addAll(lines(export));
            last.add(export.window().last().orElseThrow());
        }
        late.execute("COMMIT");
        moved.addAll(moveAll(timed("users", "updated_at"), last.get(0), last));
        assertThat(moved).hasSize(2).anyMatch(r -> r.contains("late")).anyMatch(r -> r.contains("soon"));
    }

    @Test
    void aTransactionThatCommitsBetweenTheBoundAndTheSnapshotIsComplete() throws SQLException {
        PostgreSql.Session late = postgres.session();
        admin.execute("INSERT INTO users (name, updated_at) VALUES ('first', now() - interval '1 hour')");
        late.execute("BEGIN", "INSERT INTO users (name, updated_at) VALUES ('late', now() - interval '1 minute')");
        Table table = timed("users", "updated_at");
        SourceTable found = source.describe(table.source());
        Opening opening =
                source.probe(table, found, Optional.empty(), Optional.empty()).orElseThrow();
        late.execute("COMMIT");
        try (Export export = source.begin(table, found, Tables.plan(found), opening)) {
            assertThat(lines(export)).hasSize(2);
        }
    }

    @Test
    void aTruncateCannotComeBetweenTheSnapshotAndItsRows() throws SQLException {
        admin.execute(
                "INSERT INTO users (name) VALUES ('a'), ('b')",
                "CREATE MATERIALIZED VIEW names AS SELECT name FROM users",
                "CREATE ROLE columnist LOGIN PASSWORD 'columnist'",
                "GRANT SELECT (id, name, updated_at) ON users TO columnist");
        try (Export export = begin(source, Tables.full("users"), null).orElseThrow()) {
            admin.execute("SET lock_timeout = '200ms'");
            assertThatThrownBy(() -> admin.execute("TRUNCATE users")).hasMessageContaining("lock timeout");
            assertThat(lines(export)).hasSize(2);
        }

        // what cannot be locked is read all the same
        try (Export export = begin(source, Tables.full("names"), null).orElseThrow()) {
            assertThat(lines(export)).hasSize(2);
        }
        try (SourceDatabase byColumn = open("columnist");
                Export export = begin(byColumn, Tables.full("users"), null).orElseThrow()) {
            assertThat(lines(export)).hasSize(2);
        }
        admin.execute("DROP OWNED BY columnist", "DROP ROLE columnist");
    }

    @Test
    void rowsWithoutATimeAreReadEveryTime() throws SQLException {
        admin.execute("INSERT INTO users (name, updated_at) VALUES ('null', NULL), ('old', '2020-01-01')");
        List<String> last = new ArrayList<>();
        assertThat(moveAll(timed("users", "updated_at"), null, last)).hasSize(2);
        assertThat(moveAll(timed("users", "updated_at"), last.get(0), last))
                .singleElement()
                .asString()
                .contains("null");
    }

    @Test
    void aHiddenTransactionKeepsTheWatermarkAndIsReported() throws SQLException {
        admin.execute(
                "DROP ROLE IF EXISTS plain",
                "DROP ROLE IF EXISTS other",
                "CREATE ROLE plain LOGIN PASSWORD 'plain'",
                "CREATE ROLE other LOGIN PASSWORD 'other'",
                "GRANT SELECT ON users TO plain",
                "GRANT ALL ON users, users_id_seq TO other",
                "INSERT INTO users (name, updated_at) VALUES ('old', '2020-01-01')");
        PostgreSql.Session hidden = postgres.session("other", "other");
        hidden.execute("BEGIN", "INSERT INTO users (name, updated_at) VALUES ('hidden', now())");
        admin.execute("SELECT pg_sleep(1.1)");
        source.close();
        source = open("plain");
        List<String> moved = new ArrayList<>();
        try (Export export = begin(source, timed("users", "updated_at"), "2019-01-01 00:00:00.000000+00")
                .orElseThrow()) {
            assertThat(export.heldBack().orElseThrow().message())
                    .contains("GRANT pg_monitor")
                    .contains("other");
            assertThat(export.heldBack().orElseThrow().pid()).contains(hidden.pid());
            assertThat(export.window().last()).contains("2019-01-01 00:00:00.000000+00");
            assertThat(lines(export)).hasSize(1);
        }
        hidden.execute("COMMIT");
        try (Export export = begin(source, timed("users", "updated_at"), "2019-01-01 00:00:00.000000+00")
                .orElseThrow()) {
            assertThat(export.heldBack()).isEmpty();
            assertThat(lines(export)).hasSize(2);
        }
        source.close();
        admin.execute("DROP OWNED BY plain, other");
    }

    @Test
    void aShortHiddenTransactionIsWaitedFor() throws Exception {
        admin.execute(
                "DROP ROLE IF EXISTS plain2",
                "CREATE ROLE plain2 LOGIN PASSWORD 'plain2'",
                "GRANT SELECT ON users TO plain2",
                "INSERT INTO users (name, updated_at) VALUES ('old', '2020-01-01')");
        source.close();
        source = open("plain2");
        admin.execute("BEGIN", "INSERT INTO users (name, updated_at) VALUES ('new', '2020-01-02')");
        Thread commit = new Thread(() -> {
            try {
                admin.execute("SELECT pg_sleep(0.2)", "COMMIT");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        commit.start();
        try (Export export = begin(source, timed("users", "updated_at"), null).orElseThrow()) {
            assertThat(export.heldBack()).isEmpty();
            assertThat(lines(export)).hasSize(2);
        }
        commit.join();
        source.close();
        admin.execute("DROP OWNED BY plain2");
    }

    @Test
    void transactionsOfOtherDatabasesAndOurOwnReadersDoNotHoldBack() throws SQLException {
        admin.execute("INSERT INTO users (name, updated_at) VALUES ('old', '2020-01-01')");
        try (Export running = begin(source, Tables.full("users"), null).orElseThrow()) {
            admin.execute(
                    "SELECT pg_sleep(1.1)", "INSERT INTO users (name, updated_at) VALUES ('new', clock_timestamp())");
            try (Export export =
                    begin(source, timed("users", "updated_at"), null).orElseThrow()) {
                assertThat(export.heldBack()).isEmpty();
                assertThat(lines(export)).hasSize(2);
            }
            assertThat(lines(running)).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"timed", "identity"})
    void aPreparedTransactionOfTheTableHoldsBack(String strategy) throws SQLException {
        Table table = Tables.table(
                "users", Strategy.of(strategy), Optional.of(strategy.equals("timed") ? "updated_at" : "id"), Map.of());
        admin.execute(
                "INSERT INTO users (name, updated_at) VALUES ('old', '2020-01-01')",
                "BEGIN",
                "INSERT INTO users (name, updated_at) VALUES ('prepared', now())",
                "PREPARE TRANSACTION 'p'",
                "INSERT INTO users (name, updated_at) VALUES ('old2', '2020-01-02')");
        List<String> moved = new ArrayList<>();
        List<String> last = new ArrayList<>();
        try (Export export = begin(source, table, null).orElseThrow()) {
            assertThat(export.heldBack().orElseThrow().message()).contains("COMMIT PREPARED");
            lines(export);
            last.add(export.window().last().orElse(null));
        } finally {
            admin.execute("COMMIT PREPARED 'p'");
        }
        assertThat(moveAll(table, last.get(0), last)).anyMatch(r -> r.contains("prepared"));
    }

    @Test
    void aDateColumnMovesWholeDays() throws SQLException {
        admin.execute(
                "CREATE TABLE d (id int, day date)", "INSERT INTO d VALUES (1, current_date - 1), (2, current_date)");
        List<String> last = new ArrayList<>();
        assertThat(moveAll(timed("d", "day"), null, last)).hasSize(1);
        assertThat(last.get(0)).matches("\\d{4}-\\d\\d-\\d\\d");
    }

    @ParameterizedTest
    @CsvSource({"UTC,UTC", "America/New_York,America/New_York", "Asia/Tokyo,Asia/Tokyo"})
    void aLocalTimeIsComparedInItsOwnZone(String written, String configured) throws SQLException {
        admin.execute(
                "SET TimeZone = '" + written + "'",
                "CREATE TABLE t (id int, at timestamp NOT NULL DEFAULT now())",
                "INSERT INTO t (id) VALUES (1)");
        Table table = Tables.table("t", Strategy.TIMED, Optional.of("at"), Map.of("timeZone", configured));
        List<String> last = new ArrayList<>();
        assertThat(moveAll(table, null, last)).hasSize(1);
        admin.execute("INSERT INTO t (id) VALUES (2)");
        assertThat(moveAll(table, last.get(0), last)).singleElement().asString().startsWith("2,");
    }

    @Test
    void aKeyThatCommitsAfterAHigherOneIsNotLost() throws SQLException {
        admin.execute("INSERT INTO users (name) VALUES ('1'), ('2')");
        PostgreSql.Session late = postgres.session();
        late.execute("BEGIN", "INSERT INTO users (name) VALUES ('3')");
        admin.execute("INSERT INTO users (name) VALUES ('4')");
        List<String> moved = new ArrayList<>();
        List<String> last = new ArrayList<>();
        try (Export export = begin(source, identity("users"), null).orElseThrow()) {
            assertThat(export.window().last()).contains("2");
            assertThat(export.heldBack().orElseThrow().pid()).contains(late.pid());
            moved.addAll(lines(export));
        }
        late.execute("COMMIT");
        moved.addAll(moveAll(identity("users"), "2", last));
        assertThat(moved).containsExactly("1,1,@NULL7Kq@", "2,2,@NULL7Kq@", "3,3,@NULL7Kq@", "4,4,@NULL7Kq@");
        assertThat(last).containsExactly("4");
    }

    @Test
    void aGapAtTheStartHoldsTheFirstWindowBack() throws SQLException {
        PostgreSql.Session late = postgres.session();
        late.execute("BEGIN", "INSERT INTO users (name) VALUES ('1')");
        admin.execute("INSERT INTO users (name) VALUES ('2')");
        try (Export export = begin(source, identity("users"), null).orElseThrow()) {
            assertThat(export.isEmpty()).isTrue();
            assertThat(export.window().last()).isEmpty();
            assertThat(lines(export)).isEmpty();
        }
    }

    /** Nobody knows where such keys begin, so nothing tells whether a lower one is still on its way. */
    @ParameterizedTest
    @ValueSource(ints = {-1000, -1, 1000})
    void keysThatDoNotBeginWithOneAreHeldBackUntilTheFirstWritersEnd(int first) throws SQLException {
        admin.execute("ALTER SEQUENCE users_id_seq MINVALUE -1000 RESTART " + first);
        PostgreSql.Session late = postgres.session();
        late.execute("BEGIN", "INSERT INTO users (name) VALUES ('late')");
        admin.execute("INSERT INTO users (name) VALUES ('a'), ('b')");
        try (Export export = begin(source, identity("users"), null).orElseThrow()) {
            assertThat(export.window()).isEqualTo(Window.EVERYTHING);
            assertThat(export.heldBack().orElseThrow().pid()).contains(late.pid());
            assertThat(lines(export)).isEmpty();
        }
        late.execute("COMMIT");
        late.execute("BEGIN", "INSERT INTO users (name) VALUES ('later')");
        admin.execute("INSERT INTO users (name) VALUES ('c')");
        List<String> last = new ArrayList<>();
        assertThat(moveAll(identity("users"), null, last)).hasSize(3);
        late.execute("COMMIT");
        assertThat(moveAll(identity("users"), last.get(0), last)).hasSize(2);
        assertThat(last).containsExactly(String.valueOf(first + 2), String.valueOf(first + 4));
    }

    @Test
    void aGapLeftByARollbackIsPassedOnceNoOneWrites() throws SQLException {
        admin.execute(
                "INSERT INTO users (name) VALUES ('1')",
                "BEGIN",
                "INSERT INTO users (name) VALUES ('2')",
                "ROLLBACK",
                "INSERT INTO users (name) VALUES ('3')");
        List<String> last = new ArrayList<>();
        assertThat(moveAll(identity("users"), null, last)).hasSize(2);
        assertThat(last).containsExactly("3");
    }

    @Test
    void aWriterThatBeganAfterAnEarlierLookHoldsBackOnlyToThatLook() throws SQLException {
        admin.execute("CREATE TABLE k (id uuid PRIMARY KEY, n int)");
        admin.execute("INSERT INTO k VALUES ('00000000-0000-0000-0000-000000000001', 1)");
        List<String> last = new ArrayList<>();
        assertThat(moveAll(identity("k"), null, last)).hasSize(1);
        admin.execute("INSERT INTO k VALUES ('00000000-0000-0000-0000-000000000002', 2)");
        PostgreSql.Session late = postgres.session();
        late.execute("BEGIN", "INSERT INTO k VALUES ('00000000-0000-0000-0000-000000000003', 3)");
        try (Export export = begin(source, identity("k"), last.get(0)).orElseThrow()) {
            assertThat(export.isEmpty()).isTrue();
            assertThat(export.heldBack()).isPresent();
        }
        admin.execute("INSERT INTO k VALUES ('00000000-0000-0000-0000-000000000004', 4)");
        PostgreSql.Session later = postgres.session();
        late.execute("COMMIT");
        later.execute("BEGIN", "INSERT INTO k VALUES ('00000000-0000-0000-0000-000000000005', 5)");
        try (Export export = begin(source, identity("k"), last.get(0)).orElseThrow()) {
            assertThat(export.window().last()).contains("00000000-0000-0000-0000-000000000002");
            assertThat(lines(export)).hasSize(1);
        }
    }

    /** As of another process that runs the table in turn: it has seen the transaction after lower keys than this one. */
    @ParameterizedTest
    @ValueSource(strings = {"bigint", "varchar(10)"})
    void aWriterThatWasFirstSeenBelowTheWindowsStartDoesNotTakeTheWindowBack(String type) throws SQLException {
        admin.execute("CREATE TABLE k (id " + type + " PRIMARY KEY, n int)", "INSERT INTO k VALUES ('1', 1)");
        assertThat(moveAll(identity("k"), null, new ArrayList<>())).hasSize(1);
        PostgreSql.Session late = postgres.session();
        late.execute("BEGIN", "INSERT INTO k VALUES ('6', 6)");
        admin.execute("INSERT INTO k VALUES ('7', 7)");

        try (Export export = begin(source, identity("k"), "5").orElseThrow()) {
            assertThat(export.window()).isEqualTo(new Window(Optional.of("5"), Optional.of("5")));
            assertThat(export.heldBack()).isPresent();
            assertThat(lines(export)).isEmpty();
        }
    }

    /** The record is none where this process begins anew, and one where another has done so. */
    @ParameterizedTest
    @CsvSource({", 4, 7", ", 12, 15", "1, 4, 7", "1, 12, 15"})
    void whatWasSeenBeforeTheKeysBeganAnewHoldsNoWriter(String record, int first, int highest) throws SQLException {
        admin.execute("INSERT INTO users (name) SELECT 'before' FROM generate_series(1, 10)");
        assertThat(moveAll(identity("users"), null, new ArrayList<>())).hasSize(10);
        assertThat(begin(source, identity("users"), "10")).isEmpty();
        admin.execute("INSERT INTO users (name) VALUES ('before')");
        assertThat(moveAll(identity("users"), "10", new ArrayList<>())).hasSize(1);
        admin.execute(
                "TRUNCATE users RESTART IDENTITY", "INSERT INTO users (name) SELECT 'anew' FROM generate_series(1, 2)");
        PostgreSql.Session late = postgres.session();
        late.execute("BEGIN", "INSERT INTO users (name) VALUES ('late')");
        admin.execute(
                "INSERT INTO users (id, name) SELECT n, 'anew' FROM generate_series(" + first + ", " + highest + ") n");

        try (Export export = begin(source, identity("users"), record).orElseThrow()) {
            assertThat(export.window().last()).contains("2");
            assertThat(export.heldBack()).isPresent();
        }
    }

    @Test
    void aWriterIsHeldAgainstTheKeysOfItsOwnField() throws SQLException {
        admin.execute(
                "CREATE TABLE k (id bigint GENERATED BY DEFAULT AS IDENTITY (START WITH 1000) PRIMARY KEY, n bigserial)",
                "INSERT INTO k SELECT FROM generate_series(1, 2)");
        assertThat(moveAll(identity("k"), null, new ArrayList<>())).hasSize(2);
        PostgreSql.Session late = postgres.session();
        late.execute("BEGIN", "INSERT INTO k DEFAULT VALUES");
        admin.execute("INSERT INTO k DEFAULT VALUES");
        Table byNumber = table("k", Strategy.IDENTITY, Optional.of("n"), Map.of());

        List<String> last = new ArrayList<>();
        assertThat(moveAll(byNumber, "1", last)).containsExactly("1001,2");
        late.execute("COMMIT");
        assertThat(moveAll(byNumber, last.get(0), last)).containsExactly("1002,3", "1003,4");
    }

    @Test
    void anOverlapWhoseLastKeysAreGoneDoesNotTakeTheWindowBack() throws SQLException {
        admin.execute("INSERT INTO users (name) SELECT i::text FROM generate_series(1, 8) i");
        try (Export export = begin(source, overlapping(), "10").orElseThrow()) {
            assertThat(export.window()).isEqualTo(new Window(Optional.of("6"), Optional.of("10")));
            assertThat(lines(export)).containsExactly("7,7,@NULL7Kq@", "8,8,@NULL7Kq@");
        }
    }

    @Test
    void aGapInTheOverlapDoesNotTakeTheWindowBack() throws SQLException {
        admin.execute(
                "INSERT INTO users SELECT i, i::text FROM generate_series(1, 11) i WHERE i <> 8",
                "SELECT setval('users_id_seq', 11)");
        PostgreSql.Session late = postgres.session();
        late.execute("BEGIN", "INSERT INTO users (name) VALUES ('12')");
        admin.execute("INSERT INTO users (name) VALUES ('13')");
        for (String last : List.of("10", "11")) {
            try (Export export = begin(source, overlapping(), last).orElseThrow()) {
                assertThat(export.window().last()).contains("11");
                assertThat(export.heldBack()).isPresent();
                assertThat(lines(export)).contains("9,9,@NULL7Kq@", "10,10,@NULL7Kq@", "11,11,@NULL7Kq@");
            }
        }
    }

    private static Table overlapping() {
        return table("users", Strategy.IDENTITY, Optional.of("id"), Map.of("overlap", "4"));
    }

    @Test
    void aKeyDrawnBeforeTheInsertCounts() throws SQLException {
        admin.execute("INSERT INTO users (name) VALUES ('1')");
        PostgreSql.Session late = postgres.session();
        late.execute("BEGIN", "SELECT nextval('users_id_seq')");
        admin.execute("INSERT INTO users (name) VALUES ('3')");
        try (Export export = begin(source, identity("users"), "1").orElseThrow()) {
            assertThat(export.isEmpty()).isTrue();
        }
        late.execute("INSERT INTO users VALUES (2, '2')", "COMMIT");
        assertThat(moveAll(identity("users"), "1", new ArrayList<>())).hasSize(2);
    }

    /** As JPA's @SequenceGenerator: the sequence is the application's own and the column knows nothing of it. */
    @Test
    void aKeyDrawnFromASequenceThatIsNoColumnsOwnCounts() throws SQLException {
        admin.execute("CREATE SEQUENCE numbers", "CREATE TABLE orders (id bigint PRIMARY KEY, name text)");
        PostgreSql.Session late = postgres.session();
        late.execute("BEGIN", "SELECT nextval('numbers')");
        admin.execute("INSERT INTO orders SELECT nextval('numbers'), 'b'");
        try (Export export = begin(source, identity("orders"), null).orElseThrow()) {
            assertThat(export.heldBack().orElseThrow().pid()).contains(late.pid());
            assertThat(lines(export)).isEmpty();
        }
        late.execute("INSERT INTO orders VALUES (1, 'a')", "COMMIT");
        List<String> last = new ArrayList<>();
        assertThat(moveAll(identity("orders"), null, last)).containsExactly("1,a", "2,b");
    }

    @Test
    void writersOfAPartitionAndOfAViewsTableCount() throws SQLException {
        admin.execute(
                "CREATE TABLE p (id bigserial, name text) PARTITION BY RANGE (id)",
                "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (1000)",
                "CREATE VIEW v AS SELECT id, name FROM p",
                "INSERT INTO p (name) VALUES ('1')");
        PostgreSql.Session late = postgres.session();
        late.execute("BEGIN", "INSERT INTO p1 (id, name) VALUES (nextval('p_id_seq'), '2')");
        admin.execute("INSERT INTO p (name) VALUES ('3')");
        for (String name : List.of("p", "v")) {
            try (Export export = begin(source, identity(name), null).orElseThrow()) {
                assertThat(export.window().last()).as(name).contains("1");
            }
        }
    }

    @Test
    void rowsWithoutAKeyAreRefused() throws SQLException {
        admin.execute("CREATE TABLE n (id int, name text)", "INSERT INTO n VALUES (1, 'a'), (NULL, 'b')");
        assertThatThrownBy(() -> begin(source, identity("n"), "1"))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("NULL in the replication field 'id'");
    }

    @Test
    void aFieldThatIsNoTimeIsRefused() {
        assertThatThrownBy(() -> begin(source, timed("users", "name"), null))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("must be a date or timestamp");
    }

    @Test
    void theWhereOptionNarrowsTheRows() throws SQLException {
        admin.execute("INSERT INTO users (name) SELECT i::text FROM generate_series(1, 10) i");
        Table table =
                Tables.table("users", Strategy.IDENTITY, Optional.of("id"), Map.of("where", "id % 2 = 0 OR id = 1"));
        List<String> last = new ArrayList<>();
        assertThat(moveAll(table, null, last)).hasSize(6);
        assertThat(last).containsExactly("10");
    }

    @Test
    void aFullExportReadsEverythingAndHasNoBounds() throws SQLException {
        admin.execute("INSERT INTO users (name) VALUES ('1'), ('2')");
        try (Export export = begin(source, Tables.full("users"), null).orElseThrow()) {
            assertThat(export.window()).isEqualTo(Window.EVERYTHING);
            assertThat(lines(export)).hasSize(2);
        }
    }

    @Test
    void tablesAreFoundByTheirSpellingThenByTheirLetters() throws SQLException {
        admin.execute(
                "CREATE TABLE \"Orders\" (\"Id\" int PRIMARY KEY, \"the order\" text)",
                "CREATE TABLE \"ORDERS\" (a int)");
        assertThat(source.describe(TableName.parse("Orders")).primaryKey()).containsExactly("Id");
        assertThat(source.describe(TableName.parse("USERS")).name().toString()).isEqualTo("public.users");
        assertThatThrownBy(() -> source.describe(TableName.parse("orders"))).hasMessageContaining("could be any of");
        assertThatThrownBy(() -> source.describe(TableName.parse("usrs")))
                .hasMessageContaining("nearest names are public.users");
    }

    @Test
    void onlyTheLeadingColumnOfAnIndexCountsAsIndexed() throws SQLException {
        admin.execute("CREATE TABLE i (a int, b int, c int, PRIMARY KEY (a, b))", "CREATE INDEX ON i (c, b)");
        SourceTable table = source.describe(TableName.parse("i"));
        assertThat(table.primaryKey()).containsExactly("a", "b");
        assertThat(table.indexedLeadingColumns()).containsExactlyInAnyOrder("a", "c");
        assertThat(table.isIndexed("B")).isFalse();
    }

    @Test
    void aSourceThatIsAwayIsToldWithoutItsPassword() {
        try (SourceDatabase away = SourceDatabase.open(
                "jdbc:postgresql://localhost:1/x?user=u&password=secret",
                "u",
                "secret",
                SourceSettings.defaults().withConnectionTimeout(Duration.ofMillis(300)))) {
            assertThatThrownBy(() -> away.describe(TableName.parse("x")))
                    .isInstanceOf(SourceException.class)
                    .hasMessageContaining("jdbc:postgresql://localhost:1/x")
                    .hasMessageNotContaining("secret");
        }
    }
}
