package io.github.redshiftreplicator.redshift;

import io.github.redshiftreplicator.table.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs loads, each as one transaction that takes effect exactly once: the ledger is locked and read first, in every
 * attempt, and its row commits with the data. A COMMIT whose answer is lost is so decided by the next attempt.
 * Thread-safe.
 */
final class Loader {
    private static final Logger LOG = LoggerFactory.getLogger(Loader.class);
    private static final String LOCKING = "locking the ledger ";

    /** So long a load waits for another writer's before it says who that is. */
    private static final Duration LOOK = Duration.ofMinutes(1);

    /** So long readers of a target wait at a time for a swap that waits for those before them. */
    private static final Duration READERS_WAIT = Duration.ofSeconds(3);

    private static final Duration POLL = Duration.ofMillis(500);

    private final DataSource dataSource;
    private final Backoff backoff;
    private final Backoff pause;
    private final Duration lockTimeout;
    private final Set<TableName> stagedAlone;

    /**
     * @param stagedAlone the targets whose staging tables cannot be like them: they number a column of theirs themselves
     *     (IDENTITY), which LIKE makes a NOT NULL column without a default. Added to when one is found
     */
    Loader(DataSource dataSource, Backoff backoff, Duration lockTimeout, Set<TableName> stagedAlone) {
        this.stagedAlone = stagedAlone;
        this.dataSource = dataSource;
        this.backoff = backoff;
        this.pause = backoff.startingWith(POLL);
        this.lockTimeout = lockTimeout;
    }

    /**
     * Runs one load.
     *
     * @throws RedshiftLoadException if it failed for good
     */
    LoadResult load(LoadRequest request) {
        boolean commitSent = false;
        long waitingUntil = System.nanoTime() + lockTimeout.toNanos();
        List<Integer> formerSessions = new ArrayList<>(request.fence().formerSessions());
        for (int attempt = 1; ; attempt++) {
            Attempt result = attempt(request, formerSessions);
            if (result.loaded().isPresent()) {
                LoadResult loaded = result.loaded().get();
                // a row found after a lost answer is this load's own
                return commitSent ? new LoadResult(loaded.rows(), loaded.deleted(), false) : loaded;
            }
            // an attempt that read the ledger and went on knows that none before it committed
            commitSent = result.commitSent() || (commitSent && !result.ledgerRead());
            SQLException error = result.error();
            if (request.stagesNamedColumns() && SqlState.columnLeftOut(error) && stagedAlone.add(request.table())) {
                // nothing was loaded, and with another staging table this is no attempt
                attempt--;
                continue;
            }
            if (commitSent && request.ledger().isEmpty()) {
                throw undecided(request, result, "there is no ledger to tell. Compare the target before loading again");
            }
            if (result.step().startsWith(LOCKING) && SqlState.canceled(error)) {
                String holder = request.ledger().orElseThrow().holder();
                if (System.nanoTime() - waitingUntil >= 0 || !backoff.allowsAfter(1)) {
                    throw heldUp(request, result, holder);
                }
                LOG.warn("{} waits for the ledger {}: {} has it.", request.describe(), ledgerName(request), holder);
                // waiting is no attempt
                attempt--;
                continue;
            }
            if (!SqlState.transientError(error) || !backoff.allowsAfter(attempt)) {
                throw givenUp(request, result, attempt, commitSent);
            }
            LOG.warn(
                    "{}: attempt {} of {} failed, trying again: {}",
                    request.describe(),
                    attempt,
                    backoff.maxAttempts(),
                    firstLine(error));
            if (!backoff.await(attempt)) {
                throw givenUp(request, result, attempt, commitSent);
            }
        }
    }

    /** How an attempt ended: with a result, or with an error that may leave open whether it committed. */
    private record Attempt(
            Optional<LoadResult> loaded,
            SQLException error,
            String step,
            boolean ledgerRead,
            boolean commitSent,
            List<LoadError> loadErrors) {}

    private Attempt attempt(LoadRequest request, List<Integer> formerSessions) {
        Session session = null;
        try (Connection connection = dataSource.getConnection()) {
            session = new Session(connection);
            try {
                connection.setAutoCommit(true);
                enter(request, session, formerSessions);
                connection.setAutoCommit(false);
                return new Attempt(Optional.of(transaction(request, session)), null, "", true, false, List.of());
            } catch (SQLException | RuntimeException | Error e) {
                // or the half of it would be committed with the restored auto-commit
                session.rollback();
                if (e instanceof SQLException error) {
                    List<LoadError> loadErrors = SqlState.transientError(error) ? List.of() : session.loadErrors();
                    return failed(session, error, loadErrors);
                }
                throw e;
            } finally {
                session.close();
                restoreAutoCommit(connection);
            }
        } catch (SQLException e) {
            return failed(session, e, List.of());
        }
    }

    private static Attempt failed(Session session, SQLException error, List<LoadError> loadErrors) {
        if (session == null) {
            return new Attempt(Optional.empty(), error, "connecting to Redshift", false, false, loadErrors);
        }
        boolean commitSent = session.committing() && SqlState.connectionLost(error);
        return new Attempt(
                Optional.empty(), session.shown(error), session.step(), session.ledgerRead(), commitSent, loadErrors);
    }

    private static void restoreAutoCommit(Connection connection) {
        try {
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            LOG.debug("The connection is gone", e);
        }
    }

    private LoadResult transaction(LoadRequest request, Session session) throws SQLException {
        if (request.clauses().noLoad()) {
            if (request.fence() != LoadFence.NONE) {
                throw new IllegalArgumentException(
                        request.describe() + " has the clause NOLOAD: nothing would be loaded,"
                                + " and the rows would count as replicated. Take it out of replicator.copy.* or of the strategy;"
                                + " the operations of the redshift: component validate parts with it.");
            }
            requireSomethingToLoad(request);
            return validate(request, session);
        }
        if (request.ledger().isPresent()) {
            Ledger ledger = request.ledger().get();
            lock(ledger, session);
            Optional<Ledger.Entry> earlier = ledger.find(session.connection(), request.loadId());
            if (earlier.isPresent()) {
                session.rollback();
                LOG.info("{}: {} is loaded already", request.describe(), request.loadId());
                return new LoadResult(earlier.get().rowCount(), 0, true);
            }
            session.noteLedgerRead();
            refuseAfterGivenUp(request, ledger, session);
            refuseUnknownSuccessor(request, ledger, session);
            request.fence().claim().requireHeld();
        }
        requireSomethingToLoad(request);
        LoadSteps steps = new LoadSteps(request, session, stagedAlone.contains(request.table()));
        long deleted = steps.deletes();
        long rows = request.swap() ? swap(request, session, steps) : steps.run();
        if (request.ledger().isPresent()) {
            session.step("writing the ledger " + ledgerName(request));
            if (beginsAnew(request)) {
                request.ledger().get().clear(session.connection());
            }
            request.ledger().get().insert(session.connection(), entry(request, rows));
            request.fence().claim().requireHeld();
        }
        session.commit();
        LOG.debug("{}: {} rows, {} deleted before", request.describe(), rows, deleted);
        return new LoadResult(rows, deleted, false);
    }

    /** Not before the ledger was asked: what is loaded already may be gone from S3. */
    private static void requireSomethingToLoad(LoadRequest request) {
        boolean needsSome =
                request.operation() == RedshiftOperation.APPEND || request.operation() == RedshiftOperation.MERGE;
        if (needsSome && request.manifest().isEmpty() && request.deletes().isNone()) {
            throw new IllegalArgumentException(request.operation().word() + " has no manifest of parts for "
                    + request.table() + ": set the option manifest or the header " + RedshiftConstants.MANIFEST + ".");
        }
    }

    /**
     * Loads into a new table, commits that, and opens the transaction in which it takes the target's place. A reader whose
     * snapshot is older than the rows would find the new table empty, so those that may be are waited for in between.
     */
    private long swap(LoadRequest request, Session session, LoadSteps steps) throws SQLException {
        TableSwap swap = new TableSwap(session, request.table());
        TableName next = swap.create();
        long rows = steps.fill(next);
        session.step("committing the new table for " + request.table());
        session.connection().commit();
        try {
            awaitOlderReaders(request, session, swap);
            lockForSwap(request, session, swap);
            if (request.ledger().isPresent()) {
                if (request.ledger()
                        .get()
                        .find(session.connection(), request.loadId())
                        .isPresent()) {
                    throw new SQLException(request.loadId() + " was loaded by another process meanwhile", "40001");
                }
                request.fence().claim().requireHeld();
            }
            swap.exchange(next);
        } catch (SQLException | RuntimeException | Error e) {
            session.rollback();
            swap.discard(next);
            throw e;
        }
        return rows;
    }

    private void awaitOlderReaders(LoadRequest request, Session session, TableSwap swap) throws SQLException {
        session.step("waiting for transactions that are older than the new table for " + request.table());
        long began = System.nanoTime();
        Set<TableSwap.Transaction> older = swap.transactions();
        while (!older.isEmpty()) {
            if (isOver(began) || !pause.await(1)) {
                throw stillRead(
                        request,
                        began,
                        "transactions are open that began before its new table was there and would find it empty",
                        older);
            }
            older.retainAll(swap.transactions());
        }
    }

    /** Readers wait behind a lock that waits, so it waits for a short time only and comes back. */
    private void lockForSwap(LoadRequest request, Session session, TableSwap swap) throws SQLException {
        long began = System.nanoTime();
        while (true) {
            if (request.ledger().isPresent()) {
                lock(request.ledger().get(), session);
            }
            session.step("locking " + request.table());
            if (swap.lock(READERS_WAIT)) {
                return;
            }
            session.rollback();
            if (isOver(began) || !pause.await(1)) {
                throw stillRead(request, began, "it was never unused for a moment", swap.transactions());
            }
        }
    }

    private boolean isOver(long began) {
        return System.nanoTime() - began >= lockTimeout.toNanos();
    }

    private static RedshiftLoadException stillRead(
            LoadRequest request, long began, String why, Set<TableSwap.Transaction> open) {
        return new RedshiftLoadException("swap of " + request.table() + " was not done: for "
                + Duration.ofNanos(System.nanoTime() - began).toSeconds() + " s " + why + " ("
                + open.stream().map(TableSwap.Transaction::describe).collect(Collectors.joining("; "))
                + "). The next run tries again; to end a session: SELECT pg_terminate_backend(its number).");
    }

    private static LoadResult validate(LoadRequest request, Session session) throws SQLException {
        new LoadSteps(request, session, false).validate();
        session.rollback();
        return new LoadResult(0, 0, false);
    }

    /** Ends the sessions of those who had the right before, and says which session has it now; before the transaction. */
    private static void enter(LoadRequest request, Session session, List<Integer> formerSessions) throws SQLException {
        if (request.ledger().isEmpty() || request.clauses().noLoad()) {
            return;
        }
        session.step("opening the session");
        int pid = (int) session.number("SELECT pg_backend_pid()");
        formerSessions.remove((Integer) pid);
        if (!formerSessions.isEmpty()) {
            request.ledger().get().endSessions(session.connection(), formerSessions);
        }
        request.fence().claim().begins(pid);
        // if this attempt loses its connection, the next one must not wait for it
        formerSessions.add(pid);
    }

    private static void refuseAfterGivenUp(LoadRequest request, Ledger ledger, Session session) throws SQLException {
        if (request.operation() != RedshiftOperation.APPEND) {
            return;
        }
        for (String givenUp : request.fence().givenUp()) {
            if (ledger.find(session.connection(), givenUp).isPresent()) {
                throw new GivenUpLoadException(
                        request.describe() + " was not done: " + givenUp + " was given up, but its load was committed"
                                + " after all, and this one would add its rows again.",
                        givenUp);
            }
        }
    }

    private RedshiftLoadException heldUp(LoadRequest request, Attempt attempt, String holder) {
        return new RedshiftLoadException(
                request.describe() + " was not done: for " + lockTimeout.toSeconds() + " s the ledger "
                        + ledgerName(request) + " was locked by " + holder + ". The next run tries again.",
                attempt.error());
    }

    /**
     * A state table that was lost or restored, or another deployment's, does not know what was appended already; the ledger
     * does. A target that was emptied since begins anew: nothing of what the ledger has is in it.
     */
    private static void refuseUnknownSuccessor(LoadRequest request, Ledger ledger, Session session)
            throws SQLException {
        if (request.operation() != RedshiftOperation.APPEND || request.missingOnly()) {
            return;
        }
        Optional<String> successor = ledger.successor(session.connection(), request.loadId(), request.window());
        if (successor.isEmpty()) {
            return;
        }
        if (isEmpty(request.table(), session)) {
            ledger.clear(session.connection());
        } else {
            throw new GivenUpLoadException(
                    request.describe() + " was not done: the ledger " + ledger.table() + " has " + successor.get()
                            + ", which loaded the rows that follow the same record, and the state table does not know of"
                            + " it: it was deleted or restored, or the load was another deployment's, or the table's under"
                            + " another name. 'replicator reset' replaces the target's rows; a target belongs to one table.",
                    successor.get());
        }
    }

    private static boolean isEmpty(TableName target, Session session) throws SQLException {
        return session.number("SELECT COUNT(*) FROM (SELECT 1 FROM " + Sql.name(target) + " LIMIT 1) AS found") == 0;
    }

    private void lock(Ledger ledger, Session session) throws SQLException {
        List<String> locking = ledger.locking(lockTimeout.compareTo(LOOK) < 0 ? lockTimeout : LOOK);
        session.step(LOCKING + ledger.table());
        try {
            session.execute(locking);
        } catch (SQLException e) {
            if (!SqlState.undefinedTable(e)) {
                throw e;
            }
            session.rollback();
            session.step("creating the ledger " + ledger.table() + " (which needs CREATE on its schema)");
            ledger.install(session.connection());
            session.connection().setAutoCommit(false);
            session.step(LOCKING + ledger.table());
            session.execute(locking);
        }
    }

    /** Whether what was loaded before is no longer in the target, and appends follow. */
    private static boolean beginsAnew(LoadRequest request) {
        return request.operation() == RedshiftOperation.REPLACE
                && request.window().first().isEmpty()
                && request.window().last().isPresent();
    }

    private static Ledger.Entry entry(LoadRequest request, long rows) {
        return new Ledger.Entry(
                request.loadId(),
                request.table().toString(),
                request.window().first(),
                request.window().last(),
                rows);
    }

    private static RedshiftLoadException givenUp(
            LoadRequest request, Attempt attempt, int attempts, boolean commitSent) {
        return commitSent
                ? undecided(request, attempt, "its next run reads the ledger " + ledgerName(request) + " and decides")
                : failure(request, attempt, attempts);
    }

    private static RedshiftLoadException failure(LoadRequest request, Attempt attempt, int attempts) {
        String what = attempt.step() + " failed" + (attempts > 1 ? " (attempt " + attempts + ")" : "") + ": ";
        if (!attempt.step().contains(request.table().toString())) {
            what = request.describe() + ": " + what;
        }
        return attempt.loadErrors().isEmpty()
                ? new RedshiftLoadException(what + firstLine(attempt.error()), attempt.error())
                : new RefusedDataException(
                        what + attempt.loadErrors().get(0).describe(), attempt.error(), attempt.loadErrors());
    }

    private static RedshiftLoadException undecided(LoadRequest request, Attempt attempt, String remedy) {
        return new RedshiftLoadException(
                request.describe() + ": the answer to COMMIT was lost (" + firstLine(attempt.error())
                        + ") and whether it took effect is unknown; " + remedy + ".",
                attempt.error());
    }

    private static String ledgerName(LoadRequest request) {
        return request.ledger().map(ledger -> ledger.table().toString()).orElse("");
    }

    private static String firstLine(SQLException error) {
        String message = String.valueOf(error.getMessage()).strip();
        return message.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("-----"))
                .findFirst()
                .orElse(message);
    }
}
