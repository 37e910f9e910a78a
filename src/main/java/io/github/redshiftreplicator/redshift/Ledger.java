package io.github.redshiftreplicator.redshift;

import io.github.redshiftreplicator.table.TableName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
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

    /** A load's row. Empty where there is no ledger yet. */
    public Optional<Entry> find(String loadId) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(true);
            return find(connection, loadId);
        } catch (SQLException e) {
            if (SqlState.undefinedTable(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Keeps other writers of the target out until the transaction ends. Must be its first statement. */
    void lock(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("LOCK TABLE " + Sql.name(table));
        }
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
            statement.setString(1, table.name().toLowerCase(Locale.ROOT));
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

    private static String hash(String text) {
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
