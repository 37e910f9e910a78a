package io.github.redshiftreplicator.state;

import io.github.redshiftreplicator.table.PartFormat;
import io.github.redshiftreplicator.table.Table;
import io.github.redshiftreplicator.table.Window;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The replications of all tables, in the state table, which is created when the first one is opened.
 *
 * <p>A replication belongs to whoever opened it or took it over, until its lease runs out. Every change of it is one
 * UPDATE that must hit the row in the state, version and ownership that the caller knows; it renews the lease. All
 * times are the database's.
 *
 * <p>Thread-safe. Every write commits by itself, in a transaction of its own, whatever transaction the caller is in. The
 * DataSource should not be one that routes open Spring transactions on: reads would join them.
 * Methods throw Spring's {@link DataAccessException} where the database cannot be reached.
 */
public final class Replications {
    /** The state table's name unless another is configured. */
    public static final String DEFAULT_TABLE = "replicator_replications";
    /** How long a claim lasts without being renewed unless configured otherwise. */
    public static final Duration DEFAULT_LEASE = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(Replications.class);
    private static final Duration LONGEST_LEASE = Duration.ofMinutes(2);
    private static final int ATTEMPTS = 50;
    /** No statement waits for another process's lock for ever. */
    private static final int LONGEST_STATEMENT_SECONDS = 60;
    /** Some databases limit the members of a UNION. */
    private static final int TABLES_A_QUERY = 100;

    private static final String UNFINISHED = " AND state NOT IN ('imported', 'canceled')";

    private final JdbcTemplate jdbc;
    private final JdbcTemplate heartbeatJdbc;
    private final TransactionTemplate transaction;
    private final TransactionTemplate statement;
    private volatile Boolean autoCommits;
    private final StateTable stateTable;
    private final ReplicationRows rows;
    private final Duration lease;
    private final Set<String> ownersHere = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor heartbeats;

    /** Uses {@link #DEFAULT_TABLE} and {@link #DEFAULT_LEASE}. */
    public Replications(DataSource dataSource) {
        this(dataSource, DEFAULT_TABLE, DEFAULT_LEASE);
    }

    /**
     * Asks nothing of the database yet.
     *
     * @param tableName the state table's name, with or without a schema, unquoted
     * @param lease how long a claim lasts without being renewed, from one second to two minutes
     * @throws IllegalArgumentException if the name or the lease is not allowed
     */
    public Replications(DataSource dataSource, String tableName, Duration lease) {
        this(dataSource, tableName, lease, null);
    }

    Replications(DataSource dataSource, String tableName, Duration lease, StateDialect dialect) {
        if (lease.compareTo(Duration.ofSeconds(1)) < 0 || lease.compareTo(LONGEST_LEASE) > 0) {
            throw new IllegalArgumentException("replicator.lease is " + lease.toMillis()
                    + " ms: a lease lasts from 1 second to 2 minutes, so that a dead owner's work is resumed in time.");
        }
        this.lease = lease;
        this.jdbc = new JdbcTemplate(dataSource);
        this.heartbeatJdbc = new JdbcTemplate(dataSource);
        heartbeatJdbc.setQueryTimeout(Math.max(1, (int) lease.dividedBy(4).toSeconds()));
        this.transaction = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        this.statement = new TransactionTemplate(transaction.getTransactionManager());
        statement.setPropagationBehavior(TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
        jdbc.setQueryTimeout(LONGEST_STATEMENT_SECONDS);
        this.stateTable = dialect == null
                ? new StateTable(tableName, jdbc, transaction)
                : new StateTable(tableName, jdbc, transaction, dialect);
        this.rows = new ReplicationRows(stateTable, jdbc);
        this.heartbeats = heartbeatThread();
    }

    private static ScheduledThreadPoolExecutor heartbeatThread() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "replicator-heartbeat");
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        executor.setKeepAliveTime(5, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    // ---- the table

    /** The SQL that creates the state table, as {@code install --dry-run} shows it. */
    public String ddl() {
        return stateTable.ddl();
    }

    /**
     * Whether the state table is there. One of an earlier version gets the columns that came later.
     *
     * @throws StateTableException if it is there and cannot be read or changed; the message names the remedy
     */
    public boolean tableExists() {
        return stateTable.exists();
    }

    /**
     * Creates the state table unless it is there; {@link #open} does so by itself.
     *
     * @throws StateTableException if it cannot be created, read or changed; the message names the remedy
     */
    public void createTable() {
        stateTable.createIfMissing();
    }

    /** How long a claim lasts without being renewed. */
    public Duration lease() {
        return lease;
    }

    // ---- what there is

    /** The table's newest replication. */
    public Optional<Replication> latest(String table) {
        return history(table, 1).stream().findFirst();
    }

    /** The newest replication of each of these tables that has one. The cost is that of the tables, not of their history. */
    public List<Replication> latest(Collection<String> tables) {
        String newest = "SELECT max(id) AS newest FROM " + stateTable.name() + " WHERE processorName = ?";
        List<Replication> found = new ArrayList<>();
        List<String> names = List.copyOf(tables);
        for (int from = 0; from < names.size(); from += TABLES_A_QUERY) {
            List<String> some = names.subList(from, Math.min(names.size(), from + TABLES_A_QUERY));
            found.addAll(select(
                    " JOIN (" + String.join(" UNION ALL ", Collections.nCopies(some.size(), newest))
                            + ") each_table ON id = newest",
                    some.toArray()));
        }
        return found;
    }

    /** The table's newest imported replication. */
    public Optional<Replication> lastImported(String table) {
        return select(
                        " WHERE processorName = ? AND state = ? ORDER BY id DESC"
                                + stateTable.dialect().limit(1),
                        table,
                        State.IMPORTED.word())
                .stream()
                .findFirst();
    }

    /**
     * The table's imported replications before one, the newest first.
     *
     * @param limit how many at most
     */
    public List<Replication> importedBefore(Replication replication, int limit) {
        return select(
                " WHERE processorName = ? AND state = ? AND id < ? ORDER BY id DESC"
                        + stateTable.dialect().limit(limit),
                replication.table(),
                State.IMPORTED.word(),
                replication.id());
    }

    /** The newest of the table's replications before this one that had begun to export, whatever became of it. */
    public Optional<Replication> exportedBefore(Replication replication) {
        StateDialect dialect = stateTable.dialect();
        return select(
                        " WHERE processorName = ? AND id < ? AND " + dialect.column("key")
                                + " IS NOT NULL ORDER BY id DESC" + dialect.limit(1),
                        replication.table(),
                        replication.id())
                .stream()
                .findFirst();
    }

    /** The table's replications, the newest first. */
    public List<Replication> history(String table, int limit) {
        return select(
                " WHERE processorName = ? ORDER BY id DESC"
                        + stateTable.dialect().limit(limit),
                table);
    }

    /** All tables' replications, the newest first. */
    public List<Replication> history(int limit) {
        return select(" ORDER BY id DESC" + stateTable.dialect().limit(limit));
    }

    /** All tables' replications that are in one of these states, the newest first. */
    public List<Replication> byState(State... states) {
        if (states.length == 0) {
            return List.of();
        }
        return select(
                " WHERE state IN (" + String.join(", ", Collections.nCopies(states.length, "?")) + ") ORDER BY id DESC",
                Arrays.stream(states).map(State::word).toArray());
    }

    /** A replication by its row's number. */
    public Optional<Replication> find(long id) {
        return select(" WHERE id = ?", id).stream().findFirst();
    }

    /** A table's replication by its key. */
    public Optional<Replication> find(String table, String messageId) {
        return select(" WHERE processorName = ? AND messageId = ?", table, messageId).stream()
                .findFirst();
    }

    /**
     * The table's replications that were canceled since its last imported one, the newest first. The process that began
     * one of them may still be there, and its load may take effect late.
     */
    public List<Replication> canceledSinceImported(String table) {
        return select(
                " WHERE processorName = ? AND state = 'canceled' AND id > ? ORDER BY id DESC",
                table,
                lastImported(table).map(Replication::id).orElse(Long.MIN_VALUE));
    }

    /** Whether the table was reset since its last replication was imported: the next one takes everything. */
    public boolean isReset(String table) {
        return lastImported(table).filter(Replication::isReset).isPresent()
                || canceledSinceImported(table).stream().anyMatch(Replication::isReset);
    }

    /**
     * Whether a replication replaces the target's rows, whatever its strategy. One that begins anew after others does:
     * after a reset and where every row was deleted in the source. Else an append would double them.
     */
    public boolean replacesTarget(Replication replication) {
        return replication.firstRecord().isEmpty()
                && (lastImported(replication.table()).isPresent() || isReset(replication.table()));
    }

    /** The Redshift sessions that have begun to load this replication or one of its table that was canceled. */
    public List<Integer> loadSessions(Replication replication) {
        return jdbc.queryForList(
                "SELECT load_session FROM " + stateTable.name()
                        + " WHERE processorName = ? AND load_session IS NOT NULL"
                        + " AND (id = ? OR state = 'canceled')",
                Integer.class,
                replication.table(),
                replication.id());
    }

    /**
     * The living owner of a replication: one whose lease has not run out on the database's clock and whose process is
     * not known to be dead. Empty if it is finished, released or for the taking.
     */
    public Optional<Holder> holder(Replication replication) {
        return select(
                        " WHERE id = ? AND owner IS NOT NULL AND lease_until > "
                                + stateTable.dialect().now() + UNFINISHED,
                        replication.id())
                .stream()
                .map(row ->
                        new Holder(row.owner().orElseThrow(), row.leaseUntil().orElseThrow()))
                .filter(holder -> !isDead(holder.owner()))
                .findFirst();
    }

    private static boolean isDead(String owner) {
        return Owner.parse(owner).filter(Owner::isDeadHere).isPresent();
    }

    private List<Replication> select(String clauses, Object... arguments) {
        return rows.select(clauses, arguments);
    }

    // ---- claiming

    /**
     * Opens the next replication, enqueued and owned, unless someone else was faster.
     *
     * <p>Of all that open a successor of the same predecessor exactly one succeeds. Read the predecessor first and fix
     * the window after it: a reset in between makes the predecessor's version obsolete and this method return empty.
     *
     * @param predecessor the table's newest replication, which is finished; empty if there is none
     * @return empty if another process has opened one or changed the predecessor
     * @throws IllegalArgumentException if the predecessor is not finished or belongs to another table, or if the table's
     *     name is too long
     * @throws StateTableException if the state table is missing and cannot be created
     */
    public Optional<Replication> open(
            Table table, Optional<Replication> predecessor, Window window, PartFormat format, int slices, Owner owner) {
        return open(table, predecessor, nextMessageId(table.name(), predecessor), window, format, slices, owner);
    }

    Optional<Replication> open(
            Table table,
            Optional<Replication> predecessor,
            String messageId,
            Window window,
            PartFormat format,
            int slices,
            Owner owner) {
        requireLength(messageId);
        predecessor.ifPresent(replication -> requirePredecessor(table, replication));
        stateTable.createIfMissing();
        ownersHere.add(owner.text());
        try {
            return write(() -> {
                if (predecessor.isPresent() && !bumpVersion(predecessor.get())) {
                    return Optional.<Replication>empty();
                }
                insert(table, messageId, window, format, slices, owner, 0);
                Replication opened = find(table.name(), messageId).orElseThrow();
                if (!follows(opened, predecessor)) {
                    throw new OvertakenException();
                }
                return Optional.of(opened);
            });
        } catch (OvertakenException e) {
            return Optional.empty();
        } catch (DataAccessException e) {
            if (stateTable.isUniqueViolation(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Opens a canceled replication's key anew, as the newest of its table; empty if someone else was faster. */
    Optional<Replication> reopen(
            Table table, Replication canceled, Window window, PartFormat format, int slices, Owner owner) {
        ownersHere.add(owner.text());
        return write(() -> {
            int hit = jdbc.update(
                    "DELETE FROM " + stateTable.name() + " WHERE id = ? AND version = ? AND state = 'canceled'",
                    canceled.id(),
                    canceled.version());
            if (hit != 1) {
                return Optional.empty();
            }
            insert(table, canceled.messageId(), window, format, slices, owner, canceled.retries() + 1);
            return find(table.name(), canceled.messageId());
        });
    }

    /** Rolls back a transaction whose rows are not as they were read. */
    private static final class OvertakenException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OvertakenException() {
            super(null, null, false, false);
        }
    }

    /** Some databases cut a long text silently, and two keys would be one. */
    private static void requireLength(String messageId) {
        if (messageId.length() > StateColumns.KEY_LENGTH) {
            throw new IllegalArgumentException("The key '" + messageId + "' is longer than " + StateColumns.KEY_LENGTH
                    + " characters: give the table a shorter name.");
        }
    }

    private static void requirePredecessor(Table table, Replication predecessor) {
        if (!predecessor.state().isFinished() || !predecessor.table().equals(table.name())) {
            throw new IllegalArgumentException("Replication " + predecessor.messageId() + " is "
                    + predecessor.state().word() + ": a replication of " + table.name()
                    + " opens only after an imported or canceled one of the same table.");
        }
    }

    /** The key of the replication that follows: the table's name and the next number. */
    static String nextMessageId(String table, Optional<Replication> predecessor) {
        long number = predecessor.map(Replications::number).orElse(0L) + 1;
        return table + "-" + "%010d".formatted(number);
    }

    /** A key's number; where a key has none, the row's own, which no earlier number exceeds. */
    private static long number(Replication replication) {
        String prefix = replication.table() + "-";
        String key = replication.messageId();
        boolean numbered =
                key.startsWith(prefix) && key.substring(prefix.length()).matches("\\d{10,18}");
        return numbered ? Long.parseLong(key.substring(prefix.length())) : replication.id();
    }

    /** Whether no third replication of the table is newer than the predecessor. */
    private boolean follows(Replication opened, Optional<Replication> predecessor) {
        return select(
                        " WHERE processorName = ? AND id > ? AND id <> ?",
                        opened.table(),
                        predecessor.map(Replication::id).orElse(Long.MIN_VALUE),
                        opened.id())
                .isEmpty();
    }

    private boolean bumpVersion(Replication replication) {
        return jdbc.update(
                        "UPDATE " + stateTable.name()
                                + " SET version = version + 1 WHERE id = ? AND state = ? AND version = ?",
                        replication.id(),
                        replication.state().word(),
                        replication.version())
                == 1;
    }

    private void insert(
            Table table, String messageId, Window window, PartFormat format, int slices, Owner owner, int retries) {
        String now = stateTable.dialect().now();
        jdbc.update(
                "INSERT INTO " + stateTable.name()
                        + " (processorName, messageId, createdAt, replication_type, replication_field, state, source_table,"
                        + " target_table, first_record, last_record, slices, export_format, retries, owner, lease_until, version,"
                        + " created_at, updated_at) VALUES (?, ?, " + now + ", ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                        + stateTable.dialect().nowPlus(lease) + ", 0, " + now + ", " + now + ")",
                table.name(),
                messageId,
                table.strategy().word(),
                table.replicationField().orElse(null),
                State.ENQUEUED.word(),
                table.source().toString(),
                table.target().toString(),
                window.first().orElse(null),
                window.last().orElse(null),
                slices,
                format.word(),
                retries,
                owner.text());
    }

    /**
     * Takes an unfinished replication over whose owner released it, is known to be dead or let the lease run out. It
     * counts as a retry unless the owner handed it over at uploaded.
     *
     * @return the replication as owned now; empty if it has a living owner or someone else was faster
     */
    public Optional<Replication> takeOver(Replication unfinished, Owner owner) {
        if (unfinished.state().isFinished()) {
            return Optional.empty();
        }
        ownersHere.add(owner.text());
        String deadOwner = unfinished.owner().filter(Replications::isDead).orElse("");
        return writeOnce(() -> {
            int hit = jdbc.update(
                    "UPDATE " + stateTable.name() + " SET owner = ?, retries = ?, version = version + 1, lease_until = "
                            + stateTable.dialect().nowPlus(lease) + ", updated_at = "
                            + stateTable.dialect().now()
                            + " WHERE id = ? AND state = ? AND version = ?" + forTheTaking(),
                    owner.text(),
                    unfinished.retries() + (unfinished.isHandedOver() ? 0 : 1),
                    unfinished.id(),
                    unfinished.state().word(),
                    unfinished.version(),
                    deadOwner);
            return hit == 1 ? find(unfinished.id()) : Optional.empty();
        });
    }

    /** Nobody living owns the row; the parameter is an owner that is known to be dead. */
    private String forTheTaking() {
        return " AND (owner IS NULL OR lease_until <= " + stateTable.dialect().now() + " OR owner = ?)";
    }

    /**
     * Keeps a claim alive while its holder works, every quarter of the lease, until it is closed.
     *
     * @param claim what {@link #open} or {@link #takeOver} returned, or a later state of it
     */
    public Heartbeat heartbeat(Replication claim) {
        Heartbeat heartbeat = new Heartbeat(claim, this::renew, lease, System::nanoTime);
        heartbeat.schedule(heartbeats);
        return heartbeat;
    }

    /** Renews a claim's lease without touching its version, so that a transition at the same time still finds it. */
    boolean renew(Replication claim) {
        return writeOnce(() -> heartbeatJdbc.update(
                        "UPDATE " + stateTable.name() + " SET lease_until = "
                                + stateTable.dialect().nowPlus(lease) + " WHERE id = ? AND owner = ? AND retries = ?"
                                + UNFINISHED,
                        claim.id(),
                        claim.owner().orElse(null),
                        claim.retries())
                == 1);
    }

    /**
     * Asks the database whether a claim is still its owner's, and renews its lease.
     *
     * @throws LostClaimException if it is not
     */
    public void requireHeld(Replication claim) {
        requireClaim(claim);
        if (!renew(claim)) {
            throw lostClaim(claim);
        }
    }

    // ---- transitions

    /**
     * Moves a claimed replication to its next state and renews the lease. Reaching exported, uploaded or imported clears
     * the last error.
     *
     * @param current the replication as {@link #open}, {@link #takeOver} or the last transition returned it
     * @return the replication as it is now; only this one may be used from here on
     * @throws LostClaimException if it is no longer the caller's or not as the caller knows it
     * @throws IllegalArgumentException if the next state does not follow the current one
     */
    public Replication to(Replication current, State next, Consumer<Changes> changes) {
        if (!current.state().canBecome(next)) {
            throw new IllegalArgumentException("Replication " + current.messageId() + " is "
                    + current.state().word() + " and can't become " + next.word() + ": only "
                    + String.join(
                            ", ",
                            current.state().successors().stream()
                                    .map(State::word)
                                    .toList())
                    + " may follow.");
        }
        return move(current, next, changes);
    }

    /** The same, changing nothing but the state. */
    public Replication to(Replication current, State next) {
        return to(current, next, changes -> {});
    }

    /**
     * Marks a replication imported.
     *
     * @throws LostClaimException if it is no longer the caller's
     */
    public Replication imported(Replication importing, Duration importDuration) {
        return to(importing, State.IMPORTED, changes -> changes.importDuration(importDuration));
    }

    /**
     * Cancels a claimed replication: its window is free for the next one. Of one that stopped at importing, the ledger
     * must have been asked before: a load that was committed is imported, not canceled.
     *
     * @param reason kept as the last error, in front of the error that led here
     * @throws LostClaimException if it is no longer the caller's
     */
    public Replication cancel(Replication replication, String reason) {
        return to(replication, State.CANCELED, changes -> changes.lastError(cancelText(replication, reason)));
    }

    private static String cancelText(Replication replication, String reason) {
        return replication
                .lastError()
                .map(error -> reason + " Last error: " + error)
                .orElse(reason);
    }

    /**
     * Marks a canceled replication imported, whose load turned out to be in the target.
     *
     * @return empty if it was changed meanwhile
     */
    public Optional<Replication> importedAfterAll(Replication canceled) {
        return writeOnce(() -> {
            int hit = jdbc.update(
                    "UPDATE " + stateTable.name() + " SET state = 'imported', last_error = NULL, lease_until = NULL,"
                            + " version = version + 1, updated_at = "
                            + stateTable.dialect().now() + " WHERE id = ? AND version = ? AND state = 'canceled'",
                    canceled.id(),
                    canceled.version());
            return hit == 1 ? find(canceled.id()) : Optional.empty();
        });
    }

    /** A transition without asking whether it is legal. */
    Replication move(Replication current, State next, Consumer<Changes> changes) {
        requireClaim(current);
        Changes changed = new Changes();
        changes.accept(changed);
        StringBuilder assignments = new StringBuilder();
        List<Object> arguments = new ArrayList<>();
        for (Map.Entry<String, Object> column : changed.columns().entrySet()) {
            assignments.append(stateTable.dialect().column(column.getKey())).append(" = ?, ");
            arguments.add(column.getKey().equals("last_error") ? fit((String) column.getValue()) : column.getValue());
        }
        if (next.isAchievement() && !changed.columns().containsKey("last_error")) {
            assignments.append("last_error = NULL, ");
        }
        arguments.addAll(List.of(
                next.word(),
                current.id(),
                current.state().word(),
                current.version(),
                current.owner().orElseThrow()));
        return writeOnce(() -> {
            int hit = jdbc.update(
                    "UPDATE " + stateTable.name() + " SET " + assignments + "state = ?, version = version + 1,"
                            + " lease_until = "
                            + (next.isFinished() ? "NULL" : stateTable.dialect().nowPlus(lease))
                            + ", updated_at = " + stateTable.dialect().now()
                            + " WHERE id = ? AND state = ? AND version = ? AND owner = ?",
                    arguments.toArray());
            if (hit != 1) {
                throw lostClaim(current);
            }
            return find(current.id()).orElseThrow(() -> lostClaim(current));
        });
    }

    private void requireClaim(Replication replication) {
        if (replication.owner().filter(ownersHere::contains).isEmpty()) {
            throw lostClaim(replication);
        }
    }

    private LostClaimException lostClaim(Replication lost) {
        String now = find(lost.id())
                .map(row -> row.state().isFinished()
                        ? "is " + row.state().word()
                        : row.owner()
                                .map(owner -> "is " + row.state().word() + " and owned by " + owner + " until "
                                        + row.leaseUntil()
                                                .map(Instant::toString)
                                                .orElse("-"))
                                .orElse("is " + row.state().word() + " and released"))
                .orElse("no longer exists");
        return new LostClaimException(
                "Replication " + lost.messageId() + " " + now + ": this process stops working on it.");
    }

    /**
     * Records why a claimed replication stopped and releases it in its state, so that the next run resumes it at once.
     * Works with any value of the claim, not only the newest, and throws nothing if the claim is lost: it is called
     * where an exception is already under way.
     *
     * @param error with secrets already masked
     * @return the replication as it is now; empty if it was no longer the caller's
     */
    public Optional<Replication> fail(Replication claim, String error) {
        return letGo(claim, "last_error = ?, ", fit(error));
    }

    /** The same, with the messages of an exception and its causes. */
    public Optional<Replication> fail(Replication claim, Throwable error) {
        return fail(claim, text(error));
    }

    /** Releases a claimed replication in its state, without an error; empty if it was no longer the caller's. */
    public Optional<Replication> release(Replication claim) {
        return letGo(claim, "");
    }

    private Optional<Replication> letGo(Replication claim, String assignment, Object... argument) {
        if (claim.owner().filter(ownersHere::contains).isEmpty()) {
            return Optional.empty();
        }
        String now = stateTable.dialect().now();
        List<Object> arguments = new ArrayList<>(Arrays.asList(argument));
        arguments.addAll(List.of(claim.id(), claim.owner().get(), claim.retries()));
        return writeOnce(() -> {
            int hit = jdbc.update(
                    "UPDATE " + stateTable.name() + " SET " + assignment + "owner = NULL, version = version + 1,"
                            + " lease_until = " + now + ", updated_at = " + now
                            + " WHERE id = ? AND owner = ? AND retries = ?" + UNFINISHED,
                    arguments.toArray());
            return hit == 1 ? find(claim.id()) : Optional.empty();
        });
    }

    /** An exception's messages, each once, from the outermost to its root. */
    private static String text(Throwable error) {
        StringBuilder text = new StringBuilder();
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Throwable cause = error; cause != null && seen.add(cause); cause = cause.getCause()) {
            String message = Objects.requireNonNullElse(
                    cause.getMessage(), cause.getClass().getSimpleName());
            if (text.indexOf(message) < 0) {
                text.append(text.isEmpty() ? "" : " Cause: ").append(message);
            }
        }
        return text.toString();
    }

    /** An error as the column takes it: no NUL, which PostgreSQL refuses, and not too long. */
    private String fit(String error) {
        String clean = error.replace("\u0000", "");
        int most = stateTable.dialect().maxErrorLength();
        if (clean.length() <= most) {
            return clean;
        }
        int end = Character.isHighSurrogate(clean.charAt(most - 2)) ? most - 2 : most - 1;
        return clean.substring(0, end) + "…";
    }

    /**
     * Removes a claimed replication that found nothing to move, as if it had never been opened.
     *
     * @throws LostClaimException if it is no longer the caller's
     */
    public void delete(Replication replication) {
        requireClaim(replication);
        writeOnce(() -> {
            int hit = jdbc.update(
                    "DELETE FROM " + stateTable.name() + " WHERE id = ? AND version = ? AND owner = ?" + UNFINISHED,
                    replication.id(),
                    replication.version(),
                    replication.owner().orElseThrow());
            if (hit != 1) {
                throw lostClaim(replication);
            }
            return hit;
        });
    }

    /** Cancels a replication that nobody living owns, or that an owner of this process does; false if neither. */
    boolean cancelUnlessHeld(Replication unfinished, String reason) {
        if (unfinished.owner().filter(ownersHere::contains).isPresent()) {
            try {
                cancel(unfinished, reason);
                return true;
            } catch (LostClaimException e) {
                return false;
            }
        }
        return writeOnce(() -> cancelFree(unfinished, reason));
    }

    JdbcTemplate jdbcTemplate() {
        return jdbc;
    }

    TransactionTemplate transactionTemplate() {
        return transaction;
    }

    // ---- upkeep

    /**
     * Makes the table's next replication a full one: forgets the last record of its newest imported replication, and
     * cancels an unfinished one that nobody works on.
     *
     * @return the imported replication as it is now; empty if there is none and the next one is full anyway
     * @throws HeldException if a living owner works on the table; the message names it
     */
    public Optional<Replication> reset(String table) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Replication> latest = latest(table);
            Optional<Replication> imported = lastImported(table);
            latest.filter(replication -> !replication.state().isFinished()).ifPresent(this::requireFree);
            try {
                write(() -> reset(latest, imported));
                return imported.flatMap(replication -> find(replication.id()));
            } catch (OvertakenException e) {
                LOG.debug("Table {} changed while it was reset: trying again.", table);
            }
        }
        throw new HeldException("Table " + table + " is being replicated again and again: it was not reset. Stop its"
                + " schedule and try again.");
    }

    private void requireFree(Replication unfinished) {
        holder(unfinished).ifPresent(holder -> {
            throw new HeldException("Replication " + unfinished.messageId() + " is "
                    + unfinished.state().word() + ", owned by " + holder.owner() + " until " + holder.until()
                    + ": nothing was changed. Wait until it has ended or stop its process.");
        });
    }

    /** Changes both rows or none, so that no successor of what was read can open in between. */
    private int reset(Optional<Replication> latest, Optional<Replication> imported) {
        boolean latestIsImported = latest.map(Replication::id).equals(imported.map(Replication::id));
        if (!latestIsImported) {
            Replication newest = latest.orElseThrow();
            if (!(newest.state().isFinished() ? bumpVersion(newest) : cancelFree(newest, "Canceled by a reset."))) {
                throw new OvertakenException();
            }
        }
        if (imported.isPresent() && !forgetLastRecord(imported.get())) {
            throw new OvertakenException();
        }
        // should the load of one of these take effect late, it must not be taken for where the table stands
        latest.ifPresent(newest -> jdbc.update(
                "UPDATE " + stateTable.name() + " SET last_record = NULL, version = version + 1"
                        + " WHERE processorName = ? AND state = 'canceled' AND last_record IS NOT NULL",
                newest.table()));
        return imported.isPresent() ? 1 : 0;
    }

    private boolean forgetLastRecord(Replication imported) {
        return jdbc.update(
                        "UPDATE " + stateTable.name() + " SET last_record = NULL, version = version + 1, updated_at = "
                                + stateTable.dialect().now() + " WHERE id = ? AND version = ?",
                        imported.id(),
                        imported.version())
                == 1;
    }

    private boolean cancelFree(Replication unfinished, String reason) {
        return jdbc.update(
                        "UPDATE " + stateTable.name() + " SET state = 'canceled', last_error = ?, lease_until = NULL,"
                                + " version = version + 1, updated_at = "
                                + stateTable.dialect().now() + " WHERE id = ? AND version = ?" + UNFINISHED
                                + forTheTaking(),
                        fit(cancelText(unfinished, reason)),
                        unfinished.id(),
                        unfinished.version(),
                        unfinished.owner().filter(Replications::isDead).orElse(""))
                == 1;
    }

    /**
     * Deletes a table's oldest replications, never an unfinished one, nor the last imported one, nor one that was
     * canceled after that when its load had begun: it may have been committed, and the ledger has to be asked.
     *
     * @param cap how many to keep; two are kept at least
     * @return how many were deleted
     */
    public int trim(String table, int cap) {
        List<Replication> kept = history(table, Math.max(2, cap));
        Optional<Replication> imported = lastImported(table);
        if (kept.size() < Math.max(2, cap)) {
            return 0;
        }
        return writeOnce(() -> jdbc.update(
                "DELETE FROM " + stateTable.name()
                        + " WHERE processorName = ? AND id < ? AND id <> ? AND state IN ('imported', 'canceled')"
                        + " AND (id < ? OR load_session IS NULL)",
                table,
                kept.get(kept.size() - 1).id(),
                imported.map(Replication::id).orElse(Long.MIN_VALUE),
                imported.map(Replication::id).orElse(Long.MIN_VALUE)));
    }

    // ---- plumbing

    /** Runs one transaction; again at once if it lost against another one and was rolled back. */
    private <T> T write(Supplier<T> work) {
        return write(transaction, work);
    }

    /**
     * Runs work whose only write is one statement, which commits by itself: a process that is stopped at any moment
     * leaves no row locked.
     */
    private <T> T writeOnce(Supplier<T> work) {
        return write(autoCommits() ? statement : transaction, work);
    }

    private boolean autoCommits() {
        if (autoCommits == null) {
            autoCommits =
                    statement.execute(status -> jdbc.execute((ConnectionCallback<Boolean>) Connection::getAutoCommit));
        }
        return autoCommits;
    }

    private <T> T write(TransactionTemplate template, Supplier<T> work) {
        return stateTable.persistently(() -> template.execute(status -> work.get()));
    }
}
