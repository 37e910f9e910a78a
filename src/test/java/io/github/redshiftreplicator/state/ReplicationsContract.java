package io.github.redshiftreplicator.state;

import static io.github.redshiftreplicator.state.Fixtures.deadOwner;
import static io.github.redshiftreplicator.state.Fixtures.table;
import static io.github.redshiftreplicator.state.Fixtures.window;
import static io.github.redshiftreplicator.state.State.CANCELED;
import static io.github.redshiftreplicator.state.State.ENQUEUED;
import static io.github.redshiftreplicator.state.State.EXPORTED;
import static io.github.redshiftreplicator.state.State.EXPORTING;
import static io.github.redshiftreplicator.state.State.IMPORTED;
import static io.github.redshiftreplicator.state.State.IMPORTING;
import static io.github.redshiftreplicator.state.State.UPLOADED;
import static io.github.redshiftreplicator.state.State.UPLOADING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.redshiftreplicator.table.PartFormat;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.Table;
import io.github.redshiftreplicator.table.Window;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What the state table promises on every database. One subclass a database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ReplicationsContract {
    static final Instant LONG_AGO = Instant.parse("2001-03-25T02:30:00Z");
    private static final Table USERS = table("users", Strategy.TIMED);
    private static final Table POSTS = table("posts", Strategy.IDENTITY);
    private static final int ROUNDS = 200;

    private HikariDataSource pool;
    private int number;

    String name;
    JdbcTemplate sql;
    Owner here;
    Replications replications;
    Replications elsewhere;

    /** A pool of connections to the database, in autocommit. */
    abstract HikariDataSource openPool();

    /** A point in time as this database's literal. */
    abstract String literal(Instant instant);

    StateDialect dialect() {
        return null;
    }

    @BeforeAll
    void connect() {
        pool = openPool();
        sql = new JdbcTemplate(pool);
    }

    @AfterAll
    void disconnect() {
        pool.close();
    }

    @BeforeEach
    void freshTable() {
        name = "replications_" + ++number;
        here = Owner.here();
        replications = another();
        elsewhere = another();
    }

    @AfterEach
    void dropTable() {
        if (replications.tableExists()) {
            sql.execute("DROP TABLE " + name);
        }
    }

    HikariDataSource dataSource() {
        return pool;
    }

    /** The same table, as another process sees it. */
    Replications another() {
        return new Replications(pool, name, Replications.DEFAULT_LEASE, dialect());
    }

    // ---- the table

    @Test
    void readingBeforeAnythingWasReplicatedFindsNothingAndCreatesNothing() {
        assertThat(replications.latest("users")).isEmpty();
        assertThat(replications.latest(List.of("users"))).isEmpty();
        assertThat(replications.history(10)).isEmpty();
        assertThat(replications.lastImported("users")).isEmpty();
        assertThat(replications.byState(State.values())).isEmpty();
        assertThat(replications.tableExists()).isFalse();
    }

    @Test
    void theDdlIsWhatCreatesTheTable() {
        sql.execute(replications.ddl());

        assertThat(open(USERS)).isPresent();
    }

    @Test
    void eightProcessesCreateTheTableAtOnce() throws Exception {
        for (int round = 0; round < 5; round++) {
            together(8, i -> {
                another().createTable();
                return true;
            });
            assertThat(replications.tableExists()).isTrue();
            sql.execute("DROP TABLE " + name);
            replications = another();
        }
    }

    @Test
    void aTableOfAnEarlierVersionGetsTheColumnsThatCameLater() throws Exception {
        Replication first = importAll(open(USERS).orElseThrow(), "2026-01-01 00:00:00");
        sql.execute("ALTER TABLE " + name + " DROP COLUMN replication_field");

        assertThat(together(2, i -> another().latest("users").orElseThrow())).allSatisfy(found -> {
            assertThat(found.messageId()).isEqualTo(first.messageId());
            assertThat(found.replicationField()).isEmpty();
        });

        assertThat(another().open(USERS, Optional.of(first), window(null, null), PartFormat.GZIP, 1, here))
                .get()
                .extracting(Replication::replicationField)
                .isEqualTo(USERS.replicationField());
    }

    @Test
    void anotherTableOfTheNameIsLeftAlone() {
        sql.execute("CREATE TABLE " + name + " (id INTEGER)");

        for (Runnable use : List.<Runnable>of(
                () -> another().latest("users"), () -> another().createTable())) {
            assertThatThrownBy(use::run)
                    .isInstanceOf(StateTableException.class)
                    .hasMessage("The table " + name + " is another's: it has no column processorName. Set"
                            + " replicator.state.table to a name that is free.");
        }
        sql.execute("INSERT INTO " + name + " VALUES (1)");
        sql.execute("DROP TABLE " + name);
    }

    // ---- one replication's life

    @Test
    void aReplicationCarriesEverythingThroughItsStates() {
        Replication opened = replications
                .open(USERS, Optional.empty(), window(null, "2026-01-02 00:00:00"), PartFormat.ZSTD, 4, here)
                .orElseThrow();
        assertThat(opened.state()).isEqualTo(ENQUEUED);
        assertThat(opened.messageId()).isEqualTo("users-0000000001");
        assertThat(opened.leaseUntil()).contains(opened.updatedAt().plus(Replications.DEFAULT_LEASE));

        Replication exporting =
                replications.to(opened, EXPORTING, c -> c.window(window("2026-01-01 00:00:00", "2026-01-03 00:00:00"))
                        .key("p/users/users-1")
                        .slices(2));
        Replication exported = replications.to(
                exporting, EXPORTED, c -> c.recordCount(5_000_000_000L).exportDuration(Duration.ofMillis(1234)));
        Replication uploading = replications.to(exported, UPLOADING);
        Replication uploaded = replications.to(uploading, UPLOADED, c -> c.parts(3)
                .bytes(7_000_000_000L)
                .manifest("p/users/users-1.manifest")
                .uploadDuration(Duration.ofSeconds(2)));
        Replication importing = replications.to(uploaded, IMPORTING);
        Replication imported = replications.imported(importing, Duration.ofMinutes(1));

        assertThat(replications.history("users", 10)).containsExactly(imported);
        Map<String, Object> row = imported.toRow();
        assertThat(row.keySet())
                .containsExactly(
                        "id",
                        "processorName",
                        "messageId",
                        "createdAt",
                        "replication_type",
                        "replication_field",
                        "state",
                        "source_table",
                        "target_table",
                        "first_record",
                        "last_record",
                        "source_clock",
                        "record_count",
                        "altered_count",
                        "slices",
                        "parts",
                        "bytes",
                        "export_format",
                        "key",
                        "manifest",
                        "column_names",
                        "retries",
                        "last_error",
                        "export_duration",
                        "upload_duration",
                        "import_duration",
                        "load_session",
                        "owner",
                        "lease_until",
                        "version",
                        "created_at",
                        "updated_at");
        assertThat(row)
                .containsEntry("processorName", "users")
                .containsEntry("messageId", "users-0000000001")
                .containsEntry("replication_type", "timed")
                .containsEntry("state", "imported")
                .containsEntry("source_table", "public.users")
                .containsEntry("target_table", "users")
                .containsEntry("first_record", "2026-01-01 00:00:00")
                .containsEntry("last_record", "2026-01-03 00:00:00")
                .containsEntry("record_count", 5_000_000_000L)
                .containsEntry("slices", 2)
                .containsEntry("parts", 3)
                .containsEntry("bytes", 7_000_000_000L)
                .containsEntry("export_format", "zstd")
                .containsEntry("key", "p/users/users-1")
                .containsEntry("manifest", "p/users/users-1.manifest")
                .containsEntry("retries", 0)
                .containsEntry("last_error", null)
                .containsEntry("export_duration", 1234L)
                .containsEntry("upload_duration", 2000L)
                .containsEntry("import_duration", 60_000L)
                .containsEntry("owner", here.text())
                .containsEntry("lease_until", null)
                .containsEntry("version", 6L);
        assertThat(columnsOfTheTable())
                .containsExactlyElementsOf(row.keySet().stream()
                        .map(column -> column.toLowerCase(Locale.ROOT))
                        .toList());
    }

    private List<String> columnsOfTheTable() {
        return sql.query("SELECT * FROM " + name, (ResultSet rows) -> {
            List<String> columns = new ArrayList<>();
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                columns.add(rows.getMetaData().getColumnName(i).toLowerCase(Locale.ROOT));
            }
            return columns;
        });
    }

    @Test
    void anIllegalTransitionIsRefusedAndChangesNothing() {
        Replication opened = open(USERS).orElseThrow();

        assertThatThrownBy(() -> replications.to(opened, IMPORTED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Replication users-0000000001 is enqueued and can't become imported: only exporting,"
                        + " canceled may follow.");
        assertThat(replications.latest("users")).contains(opened);
    }

    @Test
    void timesAreTheSameWhateverTheTimeZoneOfThisProcess() {
        TimeZone before = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("Europe/Berlin"));
            Replication opened = open(USERS).orElseThrow();
            assertThat(opened.createdAt()).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
            // 02:30 of that night does not exist in Berlin
            sql.update("UPDATE " + name + " SET updated_at = " + literal(LONG_AGO));
            assertThat(replications.latest("users").orElseThrow().updatedAt()).isEqualTo(LONG_AGO);
            TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Auckland"));
            assertThat(replications.latest("users").orElseThrow().createdAt()).isEqualTo(opened.createdAt());
        } finally {
            TimeZone.setDefault(before);
        }
    }

    // ---- claiming

    @Test
    void aSuccessorOpensOnlyAfterAFinishedReplication() {
        Replication first = open(USERS).orElseThrow();
        assertThatThrownBy(() -> open(USERS, first)).isInstanceOf(IllegalArgumentException.class);

        Replication imported = importAll(first, "10");
        assertThatThrownBy(() -> open(POSTS, imported)).isInstanceOf(IllegalArgumentException.class);
        assertThat(open(USERS, imported).orElseThrow().messageId()).isEqualTo("users-0000000002");
    }

    @Test
    void whoComesLateWithAnOldPredecessorOpensNothing() {
        Replication first = importAll(open(USERS).orElseThrow(), "10");
        Replication second = importAll(open(USERS, first).orElseThrow(), "20");
        Replication third = importAll(open(USERS, second).orElseThrow(), "30");
        replications.trim("users", 2);
        List<Replication> before = replications.history("users", 10);

        assertThat(open(USERS)).isEmpty();
        assertThat(open(USERS, first)).isEmpty();
        assertThat(open(USERS, second)).isEmpty();
        assertThat(replications.history("users", 10)).isEqualTo(before);
        assertThat(open(USERS, third)).isPresent();
    }

    @Test
    void theNewestOfManyTablesAreFound() {
        List<String> names = IntStream.range(0, 250).mapToObj(i -> "t" + i).toList();
        List<Replication> opened = new ArrayList<>();
        for (String name : List.of("t0", "t99", "t100", "t249")) {
            Table table = table(name, Strategy.IDENTITY);
            Replication first = importAll(open(table).orElseThrow(), "10");
            opened.add(open(table, first).orElseThrow());
        }

        assertThat(replications.latest(names)).containsExactlyInAnyOrderElementsOf(opened);
    }

    @Test
    void tablesDoNotDisturbEachOther() {
        Replication users = open(USERS).orElseThrow();
        Replication posts = open(POSTS).orElseThrow();
        Replication capitals = open(table("Users", Strategy.FULL)).orElseThrow();

        assertThat(replications.latest(List.of("users", "posts", "Users", "none")))
                .containsExactlyInAnyOrder(users, posts, capitals);
        assertThat(replications.latest(List.of("posts"))).containsExactly(posts);
        assertThat(replications.latest(List.of())).isEmpty();
        assertThat(replications.latest("users")).contains(users);
        assertThat(replications.history(2)).containsExactly(capitals, posts);
        Replication exporting = replications.to(posts, EXPORTING);
        assertThat(replications.byState(ENQUEUED)).containsExactly(capitals, users);
        assertThat(replications.byState(EXPORTING, IMPORTED)).containsExactly(exporting);
    }

    @Test
    void oneOfManyOpensASuccessor() throws Exception {
        List<Owner> owners = owners(4);
        Optional<Replication> predecessor = Optional.empty();
        for (int round = 1; round <= ROUNDS; round++) {
            Optional<Replication> known = predecessor;
            List<Optional<Replication>> results = together(
                    4, i -> another().open(USERS, known, Window.EVERYTHING, PartFormat.GZIP, 1, owners.get(i)));

            List<Replication> winners =
                    results.stream().flatMap(Optional::stream).toList();
            assertThat(winners).hasSize(1);
            assertThat(replications.latest("users")).isEqualTo(Optional.of(winners.get(0)));
            sql.update(
                    "UPDATE " + name + " SET state = 'imported', last_record = '1' WHERE id = ?",
                    winners.get(0).id());
            predecessor = replications.latest("users");
        }
        assertThat(replications.history(ROUNDS + 1)).hasSize(ROUNDS);
    }

    @Test
    void oneOfManyTakesAnExpiredReplicationOver() throws Exception {
        List<Owner> owners = owners(4);
        Replication current = open(USERS).orElseThrow();
        for (int round = 1; round <= ROUNDS; round++) {
            expireLease();
            Replication stopped = replications.find(current.id()).orElseThrow();
            List<Optional<Replication>> results = together(4, i -> another().takeOver(stopped, owners.get(i)));

            List<Replication> winners =
                    results.stream().flatMap(Optional::stream).toList();
            assertThat(winners).hasSize(1);
            current = replications.find(current.id()).orElseThrow();
            assertThat(current).isEqualTo(winners.get(0));
            assertThat(current.retries()).isEqualTo(round);
            assertThat(current.version()).isEqualTo(round);
        }
    }

    @Test
    void aRenewedLeaseIsNotTakenOverByWhoSawItRunOut() {
        Replication opened = open(USERS).orElseThrow();
        expireLease();
        Replication seen = elsewhere.latest("users").orElseThrow();
        assertThat(elsewhere.holder(seen)).isEmpty();
        assertThat(replications.renew(opened)).isTrue();

        assertThat(elsewhere.takeOver(seen, Owner.here())).isEmpty();
        Instant until = elsewhere.latest("users").orElseThrow().leaseUntil().orElseThrow();
        assertThat(elsewhere.holder(seen)).contains(new Holder(here.text(), until));
    }

    @Test
    void aReplicationOfALivingOwnerIsNotTakenOver() {
        Replication opened = open(USERS).orElseThrow();

        assertThat(elsewhere.takeOver(opened, Owner.here())).isEmpty();
        assertThat(replications.takeOver(opened, here)).isEmpty();
        assertThat(replications.latest("users")).contains(opened);
    }

    @Test
    void aReplicationOfADeadProcessIsTakenOverAtOnce() {
        Owner dead = deadOwner();
        Replication opened = elsewhere
                .open(USERS, Optional.empty(), Window.EVERYTHING, PartFormat.GZIP, 1, dead)
                .orElseThrow();
        assertThat(replications.holder(opened)).isEmpty();

        Replication taken = replications.takeOver(opened, here).orElseThrow();
        assertThat(taken.owner()).contains(here.text());
        assertThat(taken.retries()).isEqualTo(1);
        assertThat(taken.leaseUntil()).contains(taken.updatedAt().plus(Replications.DEFAULT_LEASE));
    }

    @Test
    void aFinishedReplicationIsNobodys() {
        Replication imported = importAll(open(USERS).orElseThrow(), "10");
        expireLease();

        assertThat(replications.takeOver(imported, here)).isEmpty();
        assertThat(replications.holder(imported)).isEmpty();
    }

    // ---- fencing

    @Test
    void aStaleHolderCanDoNothingMore() {
        Replication stale = replications.to(open(USERS).orElseThrow(), EXPORTING);
        expireLease();
        Owner other = Owner.here();
        Replication taken = elsewhere.takeOver(stale, other).orElseThrow();

        for (Runnable attempt : List.<Runnable>of(
                () -> replications.to(stale, EXPORTED),
                () -> replications.cancel(stale, "late"),
                () -> replications.delete(stale))) {
            assertThatThrownBy(attempt::run)
                    .isInstanceOf(LostClaimException.class)
                    .hasMessage("Replication users-0000000001 is exporting and owned by " + other.text() + " until "
                            + taken.leaseUntil().orElseThrow() + ": this process stops working on it.");
        }
        assertThat(replications.fail(stale, "late")).isEmpty();
        assertThat(replications.release(stale)).isEmpty();
        assertThat(replications.renew(stale)).isFalse();
        assertThat(replications.latest("users")).contains(taken);
    }

    @Test
    void aProcessThatTookItsOwnReplicationOverFencesItsFirstWorker() {
        Replication stale = open(USERS).orElseThrow();
        expireLease();
        Replication taken = replications.takeOver(stale, here).orElseThrow();

        assertThatThrownBy(() -> replications.to(stale, EXPORTING)).isInstanceOf(LostClaimException.class);
        assertThat(replications.renew(stale)).isFalse();
        assertThat(replications.fail(stale, "late")).isEmpty();
        assertThat(replications.to(taken, EXPORTING).state()).isEqualTo(EXPORTING);
    }

    @Test
    void readingAReplicationIsNotClaimingIt() {
        open(USERS);
        Replication read = elsewhere.latest("users").orElseThrow();

        assertThatThrownBy(() -> elsewhere.to(read, EXPORTING)).isInstanceOf(LostClaimException.class);
        assertThatThrownBy(() -> elsewhere.delete(read)).isInstanceOf(LostClaimException.class);
        assertThat(elsewhere.fail(read, "no")).isEmpty();
        assertThat(elsewhere.latest("users")).contains(read);
    }

    @Test
    void aTransitionIsMadeOnceEvenByItsOwner() {
        Replication opened = open(USERS).orElseThrow();
        replications.to(opened, EXPORTING);

        assertThatThrownBy(() -> replications.to(opened, EXPORTING)).isInstanceOf(LostClaimException.class);
    }

    @Test
    void aHeartbeatRenewsTheLeaseAndNothingElse() {
        Replication opened = open(USERS).orElseThrow();
        expireLease();
        assertThat(replications.renew(opened)).isTrue();

        Replication renewed = replications.latest("users").orElseThrow();
        assertThat(renewed.leaseUntil().orElseThrow())
                .isAfterOrEqualTo(opened.leaseUntil().orElseThrow());
        assertThat(renewed.version()).isEqualTo(opened.version());
        assertThat(replications.renew(importAll(opened, "10"))).isFalse();
    }

    @Test
    void heartbeatsDoNotDisturbTransitions() throws Exception {
        Replication opened = open(USERS).orElseThrow();
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService beating = Executors.newSingleThreadExecutor();
        try {
            Future<Boolean> allRenewed = beating.submit(() -> {
                boolean renewed = true;
                while (!done.get()) {
                    renewed &= replications.renew(opened);
                }
                return renewed;
            });
            Replication current = opened;
            for (int round = 0; round < ROUNDS; round++) {
                current = replications.to(current, EXPORTING);
            }
            done.set(true);
            assertThat(allRenewed.get(1, TimeUnit.MINUTES)).isTrue();
            assertThat(current.version()).isEqualTo(ROUNDS);
        } finally {
            done.set(true);
            beating.shutdownNow();
        }
    }

    // ---- failing, releasing, canceling

    @Test
    void aFailureIsKeptUntilTheNextSuccessAndTheReplicationIsFreeAtOnce() {
        Replication exporting = replications.to(open(USERS).orElseThrow(), EXPORTING);
        Replication failed = replications
                .fail(exporting, new IllegalStateException("No upload.", new RuntimeException("Disk\u0000 full.")))
                .orElseThrow();
        assertThat(failed.state()).isEqualTo(EXPORTING);
        assertThat(failed.lastError()).contains("No upload. Cause: Disk full.");
        assertThat(failed.owner()).isEmpty();
        assertThat(replications.holder(failed)).isEmpty();
        assertThat(replications.renew(exporting)).isFalse();

        Replication resumed = elsewhere.takeOver(failed, Owner.here()).orElseThrow();
        assertThat(resumed.retries()).isEqualTo(1);
        Replication again = elsewhere.to(resumed, EXPORTING);
        assertThat(again.lastError()).contains("No upload. Cause: Disk full.");
        assertThat(elsewhere.to(again, EXPORTED).lastError()).isEmpty();
    }

    @Test
    void aFailureIsRecordedByWhoHoldsAnOlderValueOfTheClaim() {
        Replication opened = open(USERS).orElseThrow();
        replications.to(opened, EXPORTING);

        assertThat(replications.fail(opened, "Lost the answer.").orElseThrow().state())
                .isEqualTo(EXPORTING);
    }

    @Test
    void aLongErrorIsCutToFit() {
        Replication opened = open(USERS).orElseThrow();

        String kept = replications
                .fail(opened, "\uD83D\uDE00".repeat(20_000))
                .orElseThrow()
                .lastError()
                .orElseThrow();
        assertThat(kept).startsWith("\uD83D\uDE00\uD83D\uDE00").endsWith("\uD83D\uDE00…");
        assertThat(kept.length()).isLessThanOrEqualTo(20_000);
    }

    @Test
    void handingOverAtUploadedIsNotARetry() {
        Replication uploaded = upload(open(USERS).orElseThrow(), "10");
        Replication handedOver = replications.release(uploaded).orElseThrow();
        assertThat(handedOver.isHandedOver()).isTrue();
        Replication taken = elsewhere.takeOver(handedOver, Owner.here()).orElseThrow();
        assertThat(taken.retries()).isZero();

        Replication failed = elsewhere.fail(taken, "COPY failed.").orElseThrow();
        assertThat(failed.isHandedOver()).isFalse();
        assertThat(replications.takeOver(failed, here).orElseThrow().retries()).isEqualTo(1);
    }

    @Test
    void aCanceledReplicationSaysWhyAndItsSuccessorOpens() {
        Replication failed = replications
                .fail(open(USERS).orElseThrow(), "No route to host.")
                .orElseThrow();
        Replication taken = replications.takeOver(failed, here).orElseThrow();
        Replication canceled = replications.cancel(taken, "1 retry used up.");

        assertThat(canceled.state()).isEqualTo(CANCELED);
        assertThat(canceled.lastError()).contains("1 retry used up. Last error: No route to host.");
        assertThat(open(USERS, canceled)).isPresent();
    }

    @Test
    void anExportThatFoundNothingLeavesNothing() {
        Replication imported = importAll(open(USERS).orElseThrow(), "10");
        Replication second = replications.to(open(USERS, imported).orElseThrow(), EXPORTING);
        replications.delete(second);

        Replication latest = replications.latest("users").orElseThrow();
        assertThat(latest.id()).isEqualTo(imported.id());
        assertThat(replications.history("users", 10)).containsExactly(latest);
        assertThat(open(USERS, latest).orElseThrow().messageId()).isEqualTo("users-0000000002");
    }

    // ---- reset, history

    @Test
    void aResetForgetsTheLastRecord() {
        Replication imported = importAll(open(USERS).orElseThrow(), "10");
        Replication reset = replications.reset("users").orElseThrow();

        assertThat(reset.isReset()).isTrue();
        assertThat(replications.lastImported("users")).contains(reset);
        assertThat(open(USERS, imported))
                .as("opened with what was read before the reset")
                .isEmpty();
        assertThat(open(USERS, reset)).isPresent();
    }

    @Test
    void aResetWithoutAnImportedReplicationHasNothingToForget() {
        assertThat(replications.reset("users")).isEmpty();
    }

    @Test
    void aResetCancelsWhatNobodyWorksOn() {
        Replication imported = importAll(open(USERS).orElseThrow(), "10");
        Replication second = open(USERS, imported).orElseThrow();
        replications.fail(second, "Stopped.");

        elsewhere.reset("users");
        assertThat(replications.history("users", 10))
                .extracting(Replication::state, Replication::lastRecord, Replication::lastError)
                .containsExactly(
                        tuple(CANCELED, Optional.empty(), Optional.of("Canceled by a reset. Last error: Stopped.")),
                        tuple(IMPORTED, Optional.empty(), Optional.empty()));
    }

    @Test
    void aResetIsRefusedWhileALivingOwnerWorks() {
        Replication imported = importAll(open(USERS).orElseThrow(), "10");
        Replication second = open(USERS, imported).orElseThrow();
        List<Replication> before = replications.history("users", 10);

        assertThatThrownBy(() -> elsewhere.reset("users"))
                .isInstanceOf(HeldException.class)
                .hasMessageContaining("users-0000000002 is enqueued, owned by " + here.text() + " until "
                        + second.leaseUntil().orElseThrow());
        assertThat(replications.history("users", 10)).isEqualTo(before);
    }

    @Test
    void aResetAfterACanceledReplicationBlocksWhoReadBeforeIt() {
        Replication imported = importAll(open(USERS).orElseThrow(), "10");
        Replication canceled = replications.cancel(open(USERS, imported).orElseThrow(), "Enough.");
        elsewhere.reset("users");

        assertThat(open(USERS, canceled)).isEmpty();
    }

    @Test
    void trimmingKeepsTheNewestTheUnfinishedAndTheLastImported() {
        Replication first = importAll(open(USERS).orElseThrow(), "10");
        Replication last = importAll(open(USERS, first).orElseThrow(), "20");
        for (int i = 0; i < 4; i++) {
            last = replications.cancel(open(USERS, last).orElseThrow(), "Enough.");
        }
        open(POSTS);

        assertThat(replications.trim("users", 100)).isZero();
        assertThat(replications.trim("users", 3)).isEqualTo(2);
        assertThat(replications.history("users", 10))
                .extracting(Replication::messageId)
                .containsExactly("users-0000000006", "users-0000000005", "users-0000000004", "users-0000000002");
        assertThat(replications.trim("users", 0)).isEqualTo(1);
        assertThat(replications.history("users", 10))
                .extracting(Replication::messageId)
                .containsExactly("users-0000000006", "users-0000000005", "users-0000000002");
        assertThat(replications.history("posts", 10)).hasSize(1);
    }

    /** Its load may have been committed after it was given up: only its row tells that the ledger has to be asked. */
    @Test
    void trimmingKeepsWhatWasCanceledWhileItLoaded() {
        Replication last = importAll(open(USERS).orElseThrow(), "10");
        Replication loading = open(USERS, last).orElseThrow();
        for (State state : List.of(State.EXPORTING, State.EXPORTED, State.UPLOADING, State.UPLOADED, State.IMPORTING)) {
            loading = replications.to(loading, state);
        }
        loading = replications.to(loading, State.IMPORTING, changes -> changes.loadSession(4711));
        Replication canceled = replications.cancel(loading, "Enough.");
        last = canceled;
        for (int i = 0; i < 4; i++) {
            last = replications.cancel(open(USERS, last).orElseThrow(), "Enough.");
        }

        replications.trim("users", 2);

        assertThat(replications.history("users", 10))
                .extracting(Replication::messageId)
                .containsExactly("users-0000000006", "users-0000000005", "users-0000000002", "users-0000000001");
        assertThat(replications.loadSessions(last)).containsExactly(4711);
    }

    // ---- transactions of others

    @Test
    void aWriteOutlivesTheCallersTransaction() {
        replications.createTable();
        new TransactionTemplate(new DataSourceTransactionManager(pool)).executeWithoutResult(status -> {
            open(USERS);
            status.setRollbackOnly();
        });
        assertThat(replications.latest("users")).isPresent();
    }

    @Test
    void aWriteCommitsOnConnectionsThatAreNotInAutocommit() {
        HikariConfig config = new HikariConfig();
        pool.copyStateTo(config);
        config.setAutoCommit(false);
        try (HikariDataSource manual = new HikariDataSource(config)) {
            Replications other = new Replications(manual, name, Replications.DEFAULT_LEASE, dialect());
            Replication opened = other.open(USERS, Optional.empty(), Window.EVERYTHING, PartFormat.GZIP, 1, here)
                    .orElseThrow();
            other.to(opened, EXPORTING);
        }
        assertThat(replications.latest("users").orElseThrow().state()).isEqualTo(EXPORTING);
    }

    // ---- as an idempotent repository

    @Test
    void asARepositoryAddClaimsConfirmImportsRemoveCancels() {
        ReplicationRepository repository = repository(replications, here);
        ReplicationRepository other = repository(elsewhere, Owner.here());
        String key = repository.getNextKey();
        assertThat(key).isEqualTo("users-0000000001");

        assertThat(repository.add(key)).isTrue();
        assertThat(repository.add(key)).isFalse();
        assertThat(other.add(key)).isFalse();
        assertThat(other.add("users-0000000002"))
                .as("while another is unfinished")
                .isFalse();
        assertThat(other.confirm(key)).isFalse();
        assertThat(other.remove(key)).isFalse();
        assertThat(repository.contains(key)).isFalse();
        assertThat(repository.confirm(key)).isTrue();
        assertThat(repository.contains(key)).isTrue();
        assertThat(repository.add(key)).isFalse();
        assertThat(repository.remove(key)).isFalse();

        String next = other.getNextKey();
        assertThat(next).isEqualTo("users-0000000002");
        assertThat(other.add(next)).isTrue();
        assertThat(other.remove(next)).isTrue();
        assertThat(other.getLatestState()).isEqualTo("canceled");
        assertThat(repository.add(next)).as("again after it was canceled").isTrue();
        assertThat(repository.getLatestOwner()).isEqualTo(here.text());
        assertThat(replications.latest("users").orElseThrow().retries()).isEqualTo(1);
        assertThatThrownBy(repository::clear).isInstanceOf(UnsupportedOperationException.class);
        assertThat(replications.history("users", 10)).hasSize(2);
    }

    @Test
    void asARepositoryAKeyThatWasCanceledWhileItLoadedIsNotOpenedAgain() {
        Replication loading = replications.to(upload(open(USERS).orElseThrow(), "10"), IMPORTING);
        loading = replications.to(loading, IMPORTING, changes -> changes.loadSession(4711));
        Replication canceled = replications.cancel(loading, "Enough.");
        ReplicationRepository repository = repository(replications, here);

        assertThat(repository.add(canceled.messageId())).isFalse();

        assertThat(replications.canceledSinceImported("users")).containsExactly(canceled);
        assertThat(repository.add(repository.getNextKey())).isTrue();
    }

    @Test
    void asARepositoryAnAbandonedKeyIsTakenOver() {
        assertThat(repository(elsewhere, deadOwner()).add("users-0000000001")).isTrue();

        assertThat(repository(replications, here).add("users-0000000001")).isTrue();
        assertThat(replications.latest("users").orElseThrow().owner()).contains(here.text());
    }

    @Test
    void asARepositoryConfirmingWithoutMovingAnythingPassesNoRecordOver() {
        importAll(open(USERS).orElseThrow(), "10");
        ReplicationRepository repository = repository(replications, here);
        repository.add("users-0000000002");
        repository.confirm("users-0000000002");

        assertThat(replications.lastImported("users").orElseThrow().window()).isEqualTo(window("10", "10"));
    }

    @Test
    void keysThatAreNotNumberedLeaveRoomForTheNextNumber() {
        ReplicationRepository repository = repository(replications, here);
        for (String key : List.of("a", "b", "c")) {
            assertThat(repository.add(key)).isTrue();
            assertThat(repository.confirm(key)).isTrue();
        }
        assertThatCode(() ->
                        open(USERS, replications.latest("users").orElseThrow()).orElseThrow())
                .doesNotThrowAnyException();
    }

    // ---- helpers

    private ReplicationRepository repository(Replications of, Owner owner) {
        return new ReplicationRepository(of, USERS, PartFormat.GZIP, 1, owner);
    }

    Optional<Replication> open(Table table) {
        return replications.open(table, Optional.empty(), Window.EVERYTHING, PartFormat.GZIP, 1, here);
    }

    Optional<Replication> open(Table table, Replication predecessor) {
        return replications.open(table, Optional.of(predecessor), Window.EVERYTHING, PartFormat.GZIP, 1, here);
    }

    Replication upload(Replication opened, String lastRecord) {
        Replication exporting = replications.to(opened, EXPORTING, c -> c.window(window(null, lastRecord)));
        return replications.to(replications.to(replications.to(exporting, EXPORTED), UPLOADING), UPLOADED);
    }

    Replication importAll(Replication opened, String lastRecord) {
        return replications.imported(replications.to(upload(opened, lastRecord), IMPORTING), Duration.ofSeconds(1));
    }

    void expireLease() {
        sql.update("UPDATE " + name + " SET lease_until = " + literal(LONG_AGO));
    }

    private static List<Owner> owners(int count) {
        List<Owner> owners = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            owners.add(Owner.here());
        }
        return owners;
    }

    interface Work<T> {
        T run(int number) throws Exception;
    }

    /** Runs the same work in several threads that start at one moment. */
    static <T> List<T> together(int threads, Work<T> work) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            CyclicBarrier start = new CyclicBarrier(threads);
            List<Callable<T>> calls = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int number = i;
                calls.add(() -> {
                    start.await(1, TimeUnit.MINUTES);
                    return work.run(number);
                });
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : executor.invokeAll(calls)) {
                results.add(future.get());
            }
            return results;
        } finally {
            executor.shutdownNow();
        }
    }
}
