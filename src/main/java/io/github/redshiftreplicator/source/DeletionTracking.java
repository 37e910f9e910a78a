package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.config.Secrets;
import io.github.redshiftreplicator.table.Table;
import io.github.redshiftreplicator.table.TableName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * The queue of deletions in the source: a table of this project's own, filled by triggers on the tracked tables. All
 * that this project ever writes to a source is here. Thread-safe.
 *
 * <p>A trigger's name ends in a hash of its definition: one that is there need not be created again, and a changed one
 * is created before the old one goes, so that no deletion falls in between.
 */
public final class DeletionTracking {
    private static final int PURGED_AT_ONCE = 10_000;

    private final DataSource dataSource;
    private final DeletionSql sql;
    private final TableName queue;

    /**
     * What waits in a table's queue.
     *
     * @param rows the entries
     * @param everything whether one of them says that all rows were deleted
     */
    public record Pending(long rows, boolean everything) {
        /** Nothing waits. */
        public static final Pending NONE = new Pending(0, false);
    }

    /**
     * One entry of the queue.
     *
     * @param table the replicated table's name
     * @param key the key as a JSON array of texts; empty: every row was deleted
     * @param deletedAt when, as the source writes it
     */
    public record Entry(long id, String table, Optional<String> key, String deletedAt) {}

    /**
     * @param dataSource of the source, writable, each statement its own transaction
     * @param url the source's JDBC URL, which decides the dialect
     * @param queue the queue's name
     */
    public DeletionTracking(DataSource dataSource, String url, TableName queue) {
        this.dataSource = Objects.requireNonNull(dataSource);
        this.sql = dialect(url);
        this.queue = Objects.requireNonNull(queue);
    }

    private static DeletionSql dialect(String url) {
        if (url.startsWith("jdbc:postgresql:")) {
            return new PostgreSqlDeletions();
        }
        if (url.startsWith("jdbc:mysql:") || url.startsWith("jdbc:mariadb:")) {
            return new MySqlDeletions();
        }
        if (url.startsWith("jdbc:sqlite:")) {
            return new SqliteDeletions();
        }
        if (url.startsWith("jdbc:h2:")) {
            return new H2Deletions();
        }
        throw new SourceException("Deletions in " + Secrets.masked(url)
                + " cannot be tracked: there are triggers for PostgreSQL, MySQL, MariaDB, SQLite and H2. Set"
                + " deleteTracking to false and use reconcile.");
    }

    /**
     * A table as its deletions are tracked.
     *
     * @throws SourceException if they cannot be; the message says what to do
     */
    public TrackedTable tracked(Table table, SourceTable source) {
        return TrackedTable.of(table, source, sql);
    }

    /** The queue's name. */
    public TableName queue() {
        return queue;
    }

    DeletionSql sql() {
        return sql;
    }

    /**
     * What {@code install} would do.
     *
     * @param tables every table that is tracked
     * @param drop whether to remove what is no longer tracked: triggers, queued rows and, if no table is tracked, the
     *     queue
     * @return the statements in their order, empty if all is as it should be
     */
    public List<String> plan(Collection<TrackedTable> tables, boolean drop) {
        return with("reading the triggers", connection -> plan(connection, tables, drop));
    }

    /** Does what {@link #plan} says, and returns it. */
    public List<String> install(Collection<TrackedTable> tables, boolean drop) {
        return with("installing the triggers", connection -> {
            List<String> plan = plan(connection, tables, drop);
            // where DDL is part of transactions, all of it comes at once
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                for (String ddl : plan) {
                    statement.execute(ddl);
                }
                connection.commit();
            } catch (SQLException | RuntimeException | Error e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
            return plan;
        });
    }

    private List<String> plan(Connection connection, Collection<TrackedTable> tables, boolean drop)
            throws SQLException {
        TableName resolved = sql.resolve(connection, queue);
        boolean there = exists(connection);
        List<DeletionSql.Installed> installed = sql.installed(connection, resolved, queue.name() + "_");
        List<String> statements = new ArrayList<>();
        if (!tables.isEmpty() && !there) {
            statements.addAll(sql.createTable(resolved));
        }
        Set<String> expected = new HashSet<>();
        Set<String> owners = new HashSet<>();
        for (TrackedTable table : tables) {
            String owner = queue.name() + "_" + hash(table.name());
            String name = owner + "_" + hash(String.join(";", sql.createTriggers(resolved, table, owner)));
            owners.add(owner);
            expected.add(name);
            List<DeletionSql.Installed> own =
                    installed.stream().filter(i -> i.name().startsWith(name)).toList();
            if (own.size() < sql.objects()) {
                own.stream().map(DeletionSql.Installed::drop).forEach(statements::add);
                statements.addAll(sql.createTriggers(resolved, table, name));
            }
        }
        for (DeletionSql.Installed trigger : installed) {
            boolean wanted = expected.stream().anyMatch(trigger.name()::startsWith);
            boolean superseded = owners.stream().anyMatch(trigger.name()::startsWith);
            if (!wanted && (drop || superseded)) {
                statements.add(trigger.drop());
            }
        }
        if (drop && there) {
            dropRows(connection, resolved, tables).ifPresent(statements::add);
        }
        return statements.stream().distinct().toList();
    }

    private Optional<String> dropRows(Connection connection, TableName resolved, Collection<TrackedTable> tables)
            throws SQLException {
        if (tables.isEmpty()) {
            return Optional.of("DROP TABLE " + resolved.quoted(sql.quote()));
        }
        String strangers = resolved.quoted(sql.quote()) + " WHERE table_name NOT IN ("
                + tables.stream().map(table -> sql.literal(table.name())).collect(Collectors.joining(", ")) + ")";
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM " + strangers)) {
            rows.next();
            return rows.getLong(1) == 0 ? Optional.empty() : Optional.of("DELETE FROM " + strangers);
        }
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 5);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** Whether this user may create triggers of a table, which {@link #install} needs. */
    public boolean mayInstall(TrackedTable table) {
        return with(
                "asking for the privilege TRIGGER",
                connection -> sql.mayCreateTriggers(connection, table.source().name()));
    }

    /** Whether the queue is there and may be read. */
    public boolean exists() {
        return with("looking for the queue", this::exists);
    }

    private boolean exists(Connection connection) {
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT id FROM " + queue.quoted(sql.quote()) + " WHERE 1 = 0")) {
            return !rows.next();
        } catch (SQLException e) {
            return false;
        }
    }

    /** What waits for a table, in one statement. */
    public Pending pending(String table) {
        return with("reading the queue", connection -> pending(connection, table));
    }

    Pending pending(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT COUNT(*), COUNT(row_key) FROM " + queue.quoted(sql.quote()) + " WHERE table_name = ?")) {
            statement.setString(1, table);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Pending(row.getLong(1), row.getLong(1) > row.getLong(2));
            }
        }
    }

    /** The oldest entries of a table. */
    public List<Entry> entries(String table, int most) {
        return with("reading the queue", connection -> page(connection, table, Long.MIN_VALUE, most));
    }

    /** The entries above an id, in the order of their ids. */
    List<Entry> page(Connection connection, String table, long above, int most) throws SQLException {
        List<Entry> entries = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("SELECT id, row_key, deleted_at FROM "
                + queue.quoted(sql.quote()) + " WHERE table_name = ? AND id > ? ORDER BY id LIMIT " + most)) {
            statement.setString(1, table);
            statement.setLong(2, above);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    entries.add(
                            new Entry(row.getLong(1), table, Optional.ofNullable(row.getString(2)), row.getString(3)));
                }
            }
        }
        return entries;
    }

    /** Removes entries from a table's queue: those that are known to be in effect in the target. */
    public void purge(String table, QueueIds ids) {
        with("purging the queue", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "DELETE FROM " + queue.quoted(sql.quote()) + " WHERE table_name = ? AND id BETWEEN ? AND ?")) {
                int batched = 0;
                for (QueueIds.Range range : ids.ranges(PURGED_AT_ONCE)) {
                    statement.setString(1, table);
                    statement.setLong(2, range.first());
                    statement.setLong(3, range.last());
                    statement.addBatch();
                    if (++batched % 1000 == 0) {
                        statement.executeBatch();
                    }
                }
                statement.executeBatch();
            }
            return null;
        });
    }

    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    private <T> T with(String what, Work<T> work) {
        try (Connection connection = dataSource.getConnection()) {
            return work.on(connection);
        } catch (SQLException e) {
            // a batch's own message is its statement, the reason comes next
            SQLException reason = e.getNextException() == null ? e : e.getNextException();
            throw new SourceException(
                    "The deletion queue " + queue + " failed while " + what + ": " + reason.getMessage(), e);
        }
    }
}
