package io.github.redshiftreplicator.redshift;

import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.TableName;
import io.github.redshiftreplicator.table.Window;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The small table in Redshift that says which loads are in one target. A load's transaction locks it, looks for the
 * load, loads and inserts its row; so a load is in the target if and only if its row is here. Thread-safe.
 *
 * <p>There is a ledger for each target, since the lock also keeps the writers of one target apart, and those of different
 * targets must not wait for each other. LOCK comes first in the transaction, because Redshift takes the snapshot that
 * decides what is visible at the first SELECT, DML or DDL, and not at LOCK ("Serializable isolation"). While a load
 * runs, reads of its ledger wait.
 */
public final class Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final String PREFIX = "replicator_ledger_";
    private static final Duration LONGEST_READ = Duration.ofMinutes(30);
    /**
     * A load's id as the routes make it: the table's name, the time at which its replication was opened, its number, and
     * since ids of two deployments were the same eight digits at random.
     */
    private static final Pattern REPLICATION = Pattern.compile("(.*)-\\d{8}T\\d{6}Z-\\d{10,18}(-[0-9a-f]{8})?");

    private static final int ID_BYTES = 1280;
    private static final int RECORD_BYTES = 1024;

    private final DataSource dataSource;
    private final TableName target;
    private final TableName table;

    /**
     * A row of the ledger.
     *
     * @param loadId the load
     * @param tableName the target
     * @param firstRecord the window's lower bound
     * @param lastRecord the window's upper bound
     * @param rowCount the rows that the load brought, or deleted
     */
    public record Entry(
            String loadId,
            String tableName,
            Optional<String> firstRecord,
            Optional<String> lastRecord,
            long rowCount) {}

    /** The ledger of a target, under its default name. */
    public Ledger(DataSource dataSource, TableName target) {
        this(dataSource, target, tableFor(target));
    }

    /** The ledger of a target, under a name of one's own. */
    public Ledger(DataSource dataSource, TableName target, TableName table) {
        this.dataSource = Objects.requireNonNull(dataSource);
        this.target = Objects.requireNonNull(target);
        this.table = Objects.requireNonNull(table);
    }

    /**
     * The default name of a target's ledger: {@code replicator_ledger_<target>} in the target's schema. A name above
     * Redshift's 127 bytes is cut and ends in a hash of the whole.
     */
    public static TableName tableFor(TableName target) {
        String name = PREFIX + target.name();
        if (bytes(name) > Sql.MAX_NAME_BYTES) {
            String hash = "_" + hash(target.name());
            name = cut(name, Sql.MAX_NAME_BYTES - hash.length()) + hash;
        }
        return new TableName(target.schema(), name);
    }

    /** The ledger's own name. */
    public TableName table() {
        return table;
    }

    /** The statement that creates the ledger, without a semicolon. It does nothing where the ledger is. */
    public String ddl() {
        return "CREATE TABLE IF NOT EXISTS " + Sql.name(table) + " ("
                + "load_id VARCHAR(" + ID_BYTES + ") NOT NULL, "
                + "table_name VARCHAR(512) NOT NULL, "
                + "first_record VARCHAR(" + RECORD_BYTES + "), "
                + "last_record VARCHAR(" + RECORD_BYTES + "), "
                + "row_count BIGINT NOT NULL, "
                + "loaded_at TIMESTAMP NOT NULL)";
    }

    /**
     * Creates the ledger unless it is there.
     *
     * @throws SQLException if the user may not create it
     */
    public void install() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            install(connection);
        }
    }

    /** Creates the ledger outside any transaction; the connection commits by itself afterwards. */
    void install(Connection connection) throws SQLException {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute(ddl());
        } catch (SQLException e) {
            // two sessions that create it at once: one of them may get an error although the table is there now
            if (!exists(connection)) {
                throw e;
            }
        }
    }

    private boolean exists(Connection connection) {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT load_id FROM " + Sql.name(table) + " WHERE 1 = 0")) {
            return !rows.next();
        } catch (SQLException e) {
            return false;
        }
    }

    /** Whether a load is in the target. False where there is no ledger yet. */
    public boolean contains(String loadId) throws SQLException {
        return find(loadId).isPresent();
    }

    /**
     * A load's row. Empty where there is no ledger yet.
     *
     * @throws SQLException also if another load has the ledger for longer than half an hour; the message says who
     */
    public Optional<Entry> find(String loadId) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET statement_timeout TO " + LONGEST_READ.toMillis());
                Optional<Entry> found = find(connection, loadId);
                restore(connection);
                return found;
            } catch (SQLException e) {
                try {
                    restore(connection);
                } catch (SQLException closed) {
                    // says only that the connection is
                    e.addSuppressed(closed);
                }
                throw e;
            }
        } catch (SQLException e) {
            if (SqlState.undefinedTable(e)) {
                return Optional.empty();
            }
            if (SqlState.canceled(e)) {
                throw new SQLException(
                        "The ledger " + table + " could not be read for " + LONGEST_READ.toMinutes()
                                + " minutes: it is locked by " + holder() + ".",
                        e.getSQLState(),
                        e);
            }
            throw e;
        }
    }

    /** Ends the transaction, and with it the timeout. */
    private static void restore(Connection connection) throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
    }

    /**
     * The statements that keep other writers of the target out until the transaction ends; they come first in it, and each in a
     * round trip of its own: a server of PostgreSQL 8's descent may start a statement's time with its round trip. The second
     * fails with the state 57014 if the time was too short.
     *
     * @param longest how long to wait for another writer
     */
    List<String> locking(Duration longest) {
        // what a transaction sets that is rolled back is undone
        return List.of(
                "SET statement_timeout TO " + longest.toMillis(),
                "LOCK TABLE " + Sql.name(table) + "; RESET statement_timeout");
    }

    /** Who has the ledger's lock, in words; Redshift shows a user their own sessions and a superuser all. */
    String holder() {
        String sql =
                "SELECT t.pid, t.txn_owner, t.txn_start FROM svv_transactions t JOIN pg_class c ON c.oid = t.relation"
                        + " WHERE c.relname = ? AND t.granted AND t.pid <> pg_backend_pid() ORDER BY t.txn_start LIMIT 1";
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, ColumnPlan.fold(table.name()));
            try (ResultSet row = statement.executeQuery()) {
                if (row.next()) {
                    return "session " + row.getInt(1) + " of the user "
                            + row.getString(2).strip() + ", whose transaction began at " + row.getString(3)
                            + " UTC (to end it: SELECT pg_terminate_backend(" + row.getInt(1) + "))";
                }
            }
        } catch (SQLException e) {
            LOG.debug("Who has the ledger cannot be seen", e);
        }
        return "a session that this user may not see (a superuser finds it in svv_transactions)";
    }

    /** Ends those of these sessions that load into the target, so that nobody has to wait for them. */
    public void endSessions(List<Integer> sessions) throws SQLException {
        if (!sessions.isEmpty()) {
            try (Connection connection = dataSource.getConnection()) {
                endSessions(connection, sessions);
            }
        }
    }

    /**
     * Ends those sessions that hold this ledger or wait for it. They are the same user's, so no privilege is needed
     * ("PG_TERMINATE_BACKEND"; {@code SVV_TRANSACTIONS} shows a user their own).
     */
    void endSessions(Connection connection, List<Integer> sessions) throws SQLException {
        String found = "SELECT DISTINCT t.pid FROM svv_transactions t JOIN pg_class c ON c.oid = t.relation"
                + " WHERE c.relname = ? AND t.pid IN ("
                + sessions.stream().map(String::valueOf).collect(Collectors.joining(", ")) + ")";
        List<Integer> standing = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(found)) {
            statement.setString(1, ColumnPlan.fold(table.name()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    standing.add(rows.getInt(1));
                }
            }
            for (int session : standing) {
                LOG.warn(
                        "Ending Redshift session {}: its process lost its claim and still has the ledger {}.",
                        session,
                        table);
                end(connection, session);
            }
        } catch (SQLException e) {
            // The ledger's lock keeps such a session out all the same; it only takes longer.
            LOG.warn(
                    "Whether a former session still loads into {} cannot be seen or ended ({}): this load waits for it.",
                    table,
                    e.getMessage());
        }
    }

    private static void end(Connection connection, int session) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_terminate_backend(" + session + ")");
        }
    }

    Optional<Entry> find(Connection connection, String loadId) throws SQLException {
        String sql = "SELECT table_name, first_record, last_record, row_count FROM " + Sql.name(table)
                + " WHERE load_id = ? LIMIT 1";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, loadId);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(new Entry(
                                loadId,
                                row.getString(1),
                                Optional.ofNullable(row.getString(2)),
                                Optional.ofNullable(row.getString(3)),
                                row.getLong(4)))
                        : Optional.empty();
            }
        }
    }

    /**
     * The load of the same table that began at the record at which this window begins, and where it begins with the first
     * record, any table's; empty if there is none. A load's id is {@code table-time-number-random}; windows that moved only rows from
     * before their record are left out.
     */
    Optional<String> successor(Connection connection, String loadId, Window window) throws SQLException {
        Optional<String> table = replicatedTable(loadId);
        if (table.isEmpty() || window.last().isEmpty()) {
            return Optional.empty();
        }
        Optional<String> first = window.first().map(text -> cut(text, RECORD_BYTES));
        String sql = "SELECT load_id FROM " + Sql.name(this.table) + " WHERE last_record IS NOT NULL AND "
                + (first.isPresent() ? "first_record = ? AND last_record <> first_record" : "first_record IS NULL");
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            if (first.isPresent()) {
                statement.setString(1, first.get());
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Optional<String> other = replicatedTable(rows.getString(1));
                    if (!rows.getString(1).equals(loadId)
                            && (other.equals(table) || first.isEmpty() && other.isPresent())) {
                        return Optional.of(rows.getString(1));
                    }
                }
                return Optional.empty();
            }
        }
    }

    private static Optional<String> replicatedTable(String loadId) {
        Matcher matcher = REPLICATION.matcher(loadId);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** Forgets the loads whose rows a replacement has taken out of the target. */
    void clear(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM " + Sql.name(table));
        }
    }

    void insert(Connection connection, Entry entry) throws SQLException {
        String sql = "INSERT INTO " + Sql.name(table)
                + " (load_id, table_name, first_record, last_record, row_count, loaded_at) VALUES (?, ?, ?, ?, ?, CAST(? AS TIMESTAMP))";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, entry.loadId());
            statement.setString(2, cut(entry.tableName(), 512));
            statement.setString(
                    3, entry.firstRecord().map(text -> cut(text, RECORD_BYTES)).orElse(null));
            statement.setString(
                    4, entry.lastRecord().map(text -> cut(text, RECORD_BYTES)).orElse(null));
            statement.setLong(5, entry.rowCount());
            // For people only, and so by this machine's clock; in UTC like every time here.
            statement.setString(
                    6, LocalDateTime.now(ZoneOffset.UTC).withNano(0).toString().replace('T', ' '));
            statement.executeUpdate();
        }
    }

    /**
     * Checks that an id fits.
     *
     * @throws IllegalArgumentException if it is blank or too long to be found again
     */
    static String checkedId(String loadId) {
        if (loadId.isBlank() || bytes(loadId) > ID_BYTES) {
            throw new IllegalArgumentException("A load's id must have 1 to " + ID_BYTES + " bytes, but '" + loadId
                    + "' has " + bytes(loadId) + ".");
        }
        return loadId;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String cut(String text, int bytes) {
        String cut = text;
        while (bytes(cut) > bytes) {
            cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1));
        }
        return cut;
    }

    /** Six bytes of a digest, as hexadecimal digits: names that differ have different ones. */
    static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return table + " of " + target;
    }
}
