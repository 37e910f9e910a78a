package io.github.redshiftreplicator.redshift;

import static io.github.redshiftreplicator.redshift.RedshiftContext.alreadyLoaded;
import static io.github.redshiftreplicator.redshift.RedshiftContext.load;
import static io.github.redshiftreplicator.redshift.RedshiftContext.loaded;
import static io.github.redshiftreplicator.redshift.RedshiftContext.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.sandbox.GatewayFaults;
import io.github.redshiftreplicator.sandbox.GatewayFaults.When;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import io.github.redshiftreplicator.table.TableName;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever happens to the connection or the transaction, a load is in the target once. */
class ExactlyOnceIT {
    private static final String APPEND = "redshift:append?table=users";

    @RegisterExtension
    static final SandboxExtension sandbox = new SandboxExtension();

    @RegisterExtension
    final RedshiftContext redshift = new RedshiftContext(sandbox);

    private String manifest;

    @BeforeEach
    void createTarget() throws Exception {
        sandbox.redshift("CREATE TABLE users (id BIGINT NOT NULL)");
        manifest = redshift.manifest(row("1"), row("2"));
    }

    @Test
    void theSameLoadAgainDoesNothing() throws Exception {
        assertThat(alreadyLoaded(redshift.send(APPEND, load(manifest, 2)))).isFalse();

        Exchange again = redshift.send(APPEND, load(manifest, 2));

        assertThat(alreadyLoaded(again)).isTrue();
        assertThat(loaded(again)).isEqualTo(2);
        assertLoadedOnce();
    }

    @Test
    void theLedgerAnswersForALoad() throws Exception {
        Ledger ledger = new Ledger(redshift.dataSource(), TableName.parse("users"));

        assertThat(ledger.contains(manifest)).isFalse();
        ledger.install();
        ledger.install();
        assertThat(ledger.contains(manifest)).isFalse();
        redshift.load(APPEND, manifest, 2);
        assertThat(ledger.contains(manifest)).isTrue();
        assertThat(ledger.find(manifest))
                .hasValueSatisfying(entry -> assertThat(entry.rowCount()).isEqualTo(2));
    }

    @Test
    void aCommitWhoseAnswerIsLostCounts() throws Exception {
        GatewayFaults.Fault fault = sandbox.faults().drop("^COMMIT", When.AFTER);

        Exchange exchange = redshift.send(APPEND, load(manifest, 2));

        assertThat(fault.isMet()).isTrue();
        assertThat(loaded(exchange)).isEqualTo(2);
        assertThat(alreadyLoaded(exchange)).isFalse();
        assertLoadedOnce();
    }

    @Test
    void aCommitThatNeverArrivedIsRepeated() throws Exception {
        GatewayFaults.Fault fault = sandbox.faults().drop("^COMMIT", When.BEFORE);

        assertThat(redshift.load(APPEND, manifest, 2)).isEqualTo(2);

        assertThat(fault.isMet()).isTrue();
        assertLoadedOnce();
    }

    @Test
    void aConnectionLostDuringCopyIsMadeAnew() throws Exception {
        GatewayFaults.Fault fault = sandbox.faults().drop("^COPY", When.AFTER);

        assertThat(redshift.load(APPEND, manifest, 2)).isEqualTo(2);

        assertThat(fault.isMet()).isTrue();
        assertLoadedOnce();
    }

    @Test
    void aLedgerLockedByAnotherIsNotWaitedForWithoutEnd() throws Exception {
        new Ledger(redshift.dataSource(), TableName.parse("users")).install();
        try (Connection other = sandbox.redshift()) {
            other.setAutoCommit(false);
            SandboxExtension.execute(other, "LOCK TABLE replicator_ledger_users");

            Exchange exchange = redshift.send(APPEND + "&lockTimeout=300", load(manifest, 2));

            assertThat(exchange.getException())
                    .isInstanceOf(RedshiftLoadException.class)
                    .hasMessageContaining("the ledger replicator_ledger_users was locked by session ")
                    .hasMessageContaining("pg_terminate_backend(")
                    .hasMessageContaining("The next run tries again.");
            other.rollback();
        }

        assertThat(redshift.load(APPEND, manifest, 2)).isEqualTo(2);
        assertLoadedOnce();
        assertThat(sandbox.redshiftRows("SHOW statement_timeout")).isEqualTo(List.of(List.of("0")));
    }

    @Test
    void aSerializationErrorIsTriedAgain() throws Exception {
        GatewayFaults.Fault fault = sandbox.faults()
                .fail("^INSERT", 2, "XX000", "1023 DETAIL: Serializable isolation violation on table - 100");

        assertThat(redshift.load(APPEND, manifest, 2)).isEqualTo(2);

        assertThat(fault.isMet()).isTrue();
        assertLoadedOnce();
    }

    @Test
    void triesEnd() throws Exception {
        sandbox.faults().fail("^COPY", 9, "40001", "1023");

        Exchange exchange = redshift.send(APPEND + "&maxAttempts=3", load(manifest, 2));

        assertThat(exchange.getException())
                .isInstanceOf(RedshiftLoadException.class)
                .hasMessageStartingWith("COPY into users failed (attempt 3): ");
        sandbox.faults().clear();
        assertThat(redshift.load(APPEND, manifest, 2)).isEqualTo(2);
        assertLoadedOnce();
    }

    @Test
    void otherErrorsAreNotTriedAgain() {
        GatewayFaults.Fault once = sandbox.faults().fail("^COPY", 1, "42501", "permission denied for relation users");

        Exchange exchange = redshift.send(APPEND, load(manifest, 2));

        assertThat(once.isMet()).isTrue();
        assertThat(exchange.getException()).hasMessageContaining("COPY into users failed: ");
    }

    @Test
    void aLedgerThatMayNotBeCreatedSaysWhichRightIsMissing() {
        sandbox.faults().fail("^CREATE TABLE", 1, "42501", "permission denied for schema public");

        Exchange exchange = redshift.send(APPEND, load(manifest, 2));

        assertThat(exchange.getException())
                .hasMessageContaining(
                        "creating the ledger replicator_ledger_users (which needs CREATE on its schema)" + " failed: ");
    }

    @Test
    void withoutALedgerALostAnswerIsNotGuessed() throws Exception {
        sandbox.faults().drop("^COMMIT", When.AFTER);

        Exchange exchange = redshift.send(APPEND + "&ledger=false", load(manifest, 2));

        assertThat(exchange.getException())
                .hasMessageStartingWith("append to users: the answer to COMMIT was lost")
                .hasMessageEndingWith(
                        "whether it took effect is unknown; there is no ledger to tell. Compare the target before loading again.");
        assertThat(ids()).containsExactly(List.of("1"), List.of("2"));
    }

    @Test
    void aLostAnswerThatNoAttemptCouldDecideIsToldAsSuch() throws Exception {
        sandbox.faults().drop("^COMMIT", When.AFTER);
        sandbox.faults().fail("^LOCK", 1, "57P01", "terminating connection due to administrator command");

        // the first LOCK is the first attempt's own
        assertThat(redshift.send(APPEND + "&maxAttempts=1", load(manifest, 2)).getException())
                .hasMessageContaining("failed: ");
        Exchange lost = redshift.send(APPEND + "&maxAttempts=1", load(manifest, 2));
        assertThat(lost.getException())
                .hasMessageEndingWith("whether it took effect is unknown; its next run reads the ledger"
                        + " replicator_ledger_users and decides.");

        assertThat(alreadyLoaded(redshift.send(APPEND, load(manifest, 2)))).isTrue();
        assertLoadedOnce();
    }

    @Test
    void onePooledConnectionIsEnough() throws Exception {
        redshift.dataSource().setMaximumPoolSize(1);

        assertThat(redshift.load(APPEND, manifest, 2)).isEqualTo(2);
        assertThat(redshift.load("redshift:delete?table=users&keys=id", redshift.manifest(row("1")), 1))
                .isEqualTo(1);
    }

    @Test
    void twoAtOnceLoadOnce() throws Exception {
        redshift.send("redshift:replace?table=users", Map.of());
        GatewayFaults.Fault copying = sandbox.faults().pause("^COPY", When.AFTER);
        CompletableFuture<Exchange> one = CompletableFuture.supplyAsync(() -> redshift.send(APPEND, load(manifest, 2)));
        copying.awaitMet();
        CompletableFuture<Exchange> other =
                CompletableFuture.supplyAsync(() -> redshift.send(APPEND, load(manifest, 2)));
        copying.release();

        assertThat(loaded(one.get(1, TimeUnit.MINUTES))).isEqualTo(2);
        assertThat(loaded(other.get(1, TimeUnit.MINUTES))).isEqualTo(2);
        assertThat(alreadyLoaded(other.get())).isTrue();
        assertThat(ids()).containsExactly(List.of("1"), List.of("2"));
    }

    private void assertLoadedOnce() throws Exception {
        assertThat(ids()).containsExactly(List.of("1"), List.of("2"));
        assertThat(redshift.ledger("users")).hasSize(1);
    }

    private List<List<String>> ids() throws Exception {
        return sandbox.redshiftRows("SELECT id FROM users ORDER BY id");
    }
}
