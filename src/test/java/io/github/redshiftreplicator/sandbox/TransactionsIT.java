package io.github.redshiftreplicator.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.redshiftreplicator.sandbox.GatewayFaults.When;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TransactionsIT {

    @RegisterExtension
    static final SandboxExtension sandbox = new SandboxExtension();

    @BeforeEach
    void table() throws SQLException {
        sandbox.redshift("CREATE TABLE t (a INT, b VARCHAR(10))", "INSERT INTO t VALUES (1, 'one')");
    }

    @Test
    void statementsInOneStringAreOneTransaction() throws SQLException {
        assertThatThrownBy(
                        () -> sandbox.redshift(
                                "INSERT INTO t VALUES (2, 'two'); CREATE TABLE u (a INT); INSERT INTO t VALUES (3, 'much too long a text')"))
                .isInstanceOf(SQLException.class);
        assertThat(rows("SELECT a FROM t")).containsExactly(List.of("1"));
        assertThat(rows("SELECT table_name FROM svv_redshift_tables WHERE table_name = 'u' AND schema_name = '"
                        + sandbox.schema() + "'"))
                .isEmpty();
        sandbox.redshift(
                "INSERT INTO t VALUES (2, 'two'); CREATE TEMP TABLE s (LIKE t INCLUDING DEFAULTS); DELETE FROM t WHERE a = 1");
        assertThat(rows("SELECT a FROM t")).containsExactly(List.of("2"));
    }

    @Test
    void aRefusalAbortsTheTransaction() throws SQLException {
        try (Connection redshift = sandbox.redshift()) {
            redshift.setAutoCommit(false);
            SandboxExtension.execute(redshift, "INSERT INTO t VALUES (2, 'two')");
            assertThatThrownBy(() -> SandboxExtension.execute(redshift, "CREATE INDEX i ON t (a)"))
                    .hasMessageContaining("CREATE INDEX");
            assertThatThrownBy(() -> SandboxExtension.execute(redshift, "SELECT 1"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25P02"));
            redshift.rollback();
        }
        assertThat(rows("SELECT a FROM t")).containsExactly(List.of("1"));
    }

    @Test
    void truncateCommits() throws SQLException {
        try (Connection redshift = sandbox.redshift()) {
            redshift.setAutoCommit(false);
            SandboxExtension.execute(redshift, "CREATE TABLE u (a INT)");
            SandboxExtension.execute(redshift, "TRUNCATE t");
            redshift.rollback();
        }
        assertThat(rows("SELECT * FROM t")).isEmpty();
        assertThat(rows("SELECT * FROM u")).isEmpty();
    }

    @Test
    void concurrentWritersOfWhatTheyReadGetError1023() throws SQLException {
        try (Connection one = sandbox.redshift();
                Connection two = sandbox.redshift()) {
            one.setAutoCommit(false);
            two.setAutoCommit(false);
            SandboxExtension.rows(one, "SELECT sum(a) FROM t");
            SandboxExtension.rows(two, "SELECT sum(a) FROM t");
            SandboxExtension.execute(one, "INSERT INTO t VALUES (10, 'one')");
            assertThatThrownBy(() -> {
                        SandboxExtension.execute(two, "INSERT INTO t VALUES (20, 'two')");
                        one.commit();
                        two.commit();
                    })
                    .isInstanceOfSatisfying(SQLException.class, e -> {
                        assertThat(e.getSQLState()).isEqualTo("40001");
                        assertThat(e.getMessage())
                                .contains("1023")
                                .contains("Serializable isolation violation on table");
                    });
        }
    }

    @Test
    void copiesIntoOneTableComeOneAfterTheOther() throws Exception {
        String copy = "COPY t FROM '" + sandbox.put("data", "5,five\n") + "' IAM_ROLE default CSV";
        try (Connection one = sandbox.redshift()) {
            one.setAutoCommit(false);
            SandboxExtension.execute(one, copy);
            CompletableFuture<Void> second = run(() -> sandbox.redshift(copy));
            Awaitility.await().untilAsserted(() -> {
                try (Connection backing = sandbox.sandbox().backingConnection()) {
                    assertThat(
                                    SandboxExtension.rows(
                                            backing,
                                            "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'LOCK TABLE%'"))
                            .isNotEmpty();
                }
            });
            assertThat(second).isNotDone();
            one.commit();
            second.get(30, TimeUnit.SECONDS);
        }
        assertThat(rows("SELECT count(*) FROM t WHERE a = 5")).containsExactly(List.of("2"));
    }

    @Test
    void namesFoldEvenInQuotes() throws SQLException {
        sandbox.redshift(
                "CREATE TABLE \"MiXed\" (\"ID\" INT, \"Select\" INT)",
                "INSERT INTO mixed (id, \"SELECT\") VALUES (1, 2)");
        assertThat(rows("SELECT \"Id\", \"select\" FROM \"MIXED\"")).containsExactly(List.of("1", "2"));
        try (Connection redshift = sandbox.redshift()) {
            SandboxExtension.execute(redshift, "SET enable_case_sensitive_identifier TO true");
            assertThatThrownBy(() -> SandboxExtension.rows(redshift, "SELECT * FROM \"MiXed\""))
                    .hasMessageContaining("MiXed");
        }
    }

    @Test
    void onlyAsciiLettersFold() throws SQLException {
        sandbox.redshift("CREATE TABLE ÄRGER (\"Öl\" INT, öl INT)", "INSERT INTO \"Ärger\" (öl, ÖL) VALUES (1, 2)");
        assertThat(rows("SELECT \"öl\", \"ÖL\" FROM Ärger")).containsExactly(List.of("1", "2"));
        assertThatThrownBy(() -> rows("SELECT * FROM ärger")).hasMessageContaining("ärger");
    }

    @Test
    void preparedStatementsAreReused() throws SQLException {
        try (Connection redshift = sandbox.redshift();
                PreparedStatement insert = redshift.prepareStatement("INSERT INTO t VALUES (?, ?)")) {
            for (int i = 0; i < 500; i++) {
                insert.setInt(1, 100 + i);
                insert.setString(2, "n" + i);
                insert.addBatch();
            }
            insert.executeBatch();
            try (PreparedStatement select = redshift.prepareStatement("SELECT b FROM t WHERE a = ?")) {
                for (int i = 0; i < 20; i++) {
                    select.setInt(1, 100 + i);
                    try (var result = select.executeQuery()) {
                        assertThat(result.next()).isTrue();
                        assertThat(result.getString(1)).isEqualTo("n" + i);
                    }
                }
            }
        }
        assertThat(rows("SELECT count(*) FROM t")).containsExactly(List.of("501"));
    }

    @Test
    void largeResultsAreReadInParts() throws SQLException {
        try (Connection redshift = sandbox.redshift();
                Statement statement = redshift.createStatement()) {
            redshift.setAutoCommit(false);
            statement.setFetchSize(100);
            long sum = 0;
            try (var result = statement.executeQuery("SELECT generate_series(1, 10000)")) {
                while (result.next()) {
                    sum += result.getLong(1);
                }
            }
            assertThat(sum).isEqualTo(50_005_000);
        }
    }

    @Test
    void mergeUpdatesAndInserts() throws SQLException {
        sandbox.redshift(
                "CREATE TABLE s (LIKE t)",
                "INSERT INTO s VALUES (1, 'uno'), (2, 'dos')",
                "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN UPDATE SET b = s.b WHEN NOT MATCHED THEN INSERT VALUES (s.a, s.b)");
        assertThat(rows("SELECT * FROM t ORDER BY a")).containsExactly(List.of("1", "uno"), List.of("2", "dos"));
    }

    @Test
    void keysAreNotEnforced() throws SQLException {
        sandbox.redshift("CREATE TABLE k (a INT PRIMARY KEY, b INT UNIQUE)", "INSERT INTO k VALUES (1, 1), (1, 1)");
        assertThat(rows("SELECT count(*) FROM k")).containsExactly(List.of("2"));
    }

    @Test
    void maintenanceRunsOutsideOfTransactions() throws SQLException {
        sandbox.redshift(
                "CREATE TABLE il (a INT) INTERLEAVED SORTKEY (a)",
                "CREATE TABLE other (LIKE t)",
                "INSERT INTO other VALUES (9, 'x')");
        sandbox.redshift(
                "VACUUM",
                "VACUUM FULL t TO 100 PERCENT BOOST",
                "VACUUM SORT ONLY t",
                "VACUUM DELETE ONLY t",
                "VACUUM RECLUSTER t",
                "VACUUM REINDEX il",
                "ANALYZE",
                "ANALYZE t (a) PREDICATE COLUMNS",
                "ANALYZE t ALL COLUMNS",
                "ALTER TABLE t APPEND FROM other",
                "ALTER TABLE t ADD COLUMN c VARCHAR(3) DEFAULT 'x'",
                "ALTER TABLE t ALTER COLUMN b TYPE VARCHAR(20)",
                "INSERT INTO t VALUES (7, 'twelve chars', 'y')",
                "ALTER TABLE t RENAME COLUMN c TO d",
                "ALTER TABLE t RENAME TO renamed");
        assertThat(rows("SELECT a, b, d FROM renamed ORDER BY a"))
                .containsExactly(List.of("1", "one", "x"), List.of("7", "twelve chars", "y"), List.of("9", "x", "x"));
        sandbox.redshift("ALTER TABLE renamed DROP COLUMN d");
        assertThat(rows("SELECT * FROM renamed WHERE a = 9")).containsExactly(List.of("9", "x"));
        assertThat(rows("SELECT * FROM other")).isEmpty();
    }

    // ---- faults

    @Test
    void aConnectionDroppedBeforeCommitLosesTheWork() throws SQLException {
        sandbox.faults().drop("^COMMIT", When.BEFORE);
        assertThatThrownBy(this::insertAndCommit).isInstanceOf(SQLException.class);
        assertThat(rows("SELECT a FROM t")).containsExactly(List.of("1"));
    }

    @Test
    void aConnectionDroppedAfterCommitKeepsTheWork() throws SQLException {
        sandbox.faults().drop("^COMMIT", When.AFTER);
        assertThatThrownBy(this::insertAndCommit).isInstanceOf(SQLException.class);
        assertThat(rows("SELECT a FROM t ORDER BY a")).containsExactly(List.of("1"), List.of("2"));
    }

    @Test
    void aStatementFailsAsTold() throws SQLException {
        sandbox.faults().fail("INSERT INTO t", 1, "53100", "Disk Full");
        assertThatThrownBy(() -> sandbox.redshift("INSERT INTO t VALUES (2, 'two')"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("53100"))
                .hasMessageContaining("Disk Full");
        sandbox.redshift("INSERT INTO t VALUES (2, 'two')");
    }

    @Test
    void aStatementWaitsAndCanBeReleased() throws Exception {
        GatewayFaults.Fault pause = sandbox.faults().pause("INSERT INTO t", When.BEFORE);
        CompletableFuture<Void> insert = run(() -> sandbox.redshift("INSERT INTO t VALUES (2, 'two')"));
        pause.awaitMet();
        assertThat(insert).isNotDone();
        pause.release();
        insert.get(30, TimeUnit.SECONDS);
        assertThat(rows("SELECT count(*) FROM t")).containsExactly(List.of("2"));
    }

    @Test
    void aRunningStatementCanBeCancelled() throws Exception {
        try (Connection redshift = sandbox.redshift();
                Statement statement = redshift.createStatement()) {
            CompletableFuture<Void> query =
                    run(() -> statement.execute("SELECT count(*) FROM generate_series(1, 10000000000)"));
            Awaitility.await().until(() -> {
                statement.cancel();
                return query.isDone();
            });
            assertThatThrownBy(query::get)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .cause()
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
        }
    }

    private interface Action {
        void run() throws SQLException;
    }

    private static CompletableFuture<Void> run(Action action) {
        return CompletableFuture.runAsync(() -> {
            try {
                action.run();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private void insertAndCommit() throws SQLException {
        try (Connection redshift = sandbox.redshift()) {
            redshift.setAutoCommit(false);
            SandboxExtension.execute(redshift, "INSERT INTO t VALUES (2, 'two')");
            redshift.commit();
        }
    }

    private static List<List<String>> rows(String query) throws SQLException {
        return sandbox.redshiftRows(query);
    }
}
