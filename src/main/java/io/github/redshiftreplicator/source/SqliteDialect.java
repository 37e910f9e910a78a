package io.github.redshiftreplicator.source;

import com.zaxxer.hikari.HikariConfig;
import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * SQLite. It has one writer at a time: who gets its write lock for a moment knows that none runs. Times are texts and
 * compare as such, so they must be stored as CURRENT_TIMESTAMP writes them: {@code 2026-01-02 03:04:05}, with or
 * without a fraction.
 */
final class SqliteDialect extends GenericDialect {
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
    private static final Duration LAG_WITHOUT_LOCK = Duration.ofSeconds(2);
    private static final int SQLITE_BUSY = 5;
    private static final String WRITER = "writer";

    @Override
    public void configure(HikariConfig config, SourceSettings settings) {
        config.addDataSourceProperty(
                "busy_timeout", String.valueOf(settings.patience().toMillis()));
    }

    @Override
    public SourceTable describe(Connection connection, TableName name, String place) throws SQLException {
        requireWriteAheadLog(connection, place);
        return super.describe(connection, name, place);
    }

    /** Without one, whoever reads keeps everybody from writing: the application, and the state table beside the rows. */
    private static void requireWriteAheadLog(Connection connection, String place) throws SQLException {
        if (!mayLock(connection)) {
            return;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA journal_mode")) {
            row.next();
            String mode = row.getString(1);
            if (!mode.equals("wal") && !mode.equals("memory")) {
                throw new SourceException(
                        "In " + place + " nobody can write while rows are read, for its journal_mode is " + mode
                                + ": run PRAGMA journal_mode = WAL on it, which lasts, or add ?journal_mode=WAL to the URL.");
            }
        }
    }

    @Override
    public Optional<String> clock() {
        return Optional.of("(julianday('now') - 2440587.5) * 86400");
    }

    @Override
    public Look look(Connection connection, Selection selection) throws SQLException {
        String column = selection.quotedField(quote());
        boolean timed = selection.table().strategy() == Strategy.TIMED;
        String rows = " FROM " + selection.quoted(quote()) + " WHERE ";
        String above = selection
                .from()
                .map(from -> column + (timed ? " >= " : " > ") + literal(from))
                .orElse(column + " IS NOT NULL");
        String sql =
                "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now'), found.highest, typeof(found.highest), EXISTS (SELECT 1"
                        + rows + column + " IS NULL" + selection.andWhere() + "), EXISTS (SELECT 1" + rows
                        // numbers sort before every text
                        + column + " < ''" + selection.andWhere() + ") FROM (SELECT max(" + column
                        + ") AS highest"
                        + rows + above + selection.andWhere() + ") found";
        Optional<String> highest;
        boolean nulls;
        LocalDateTime clock;
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            clock = ColumnTime.parse(result.getString(1));
            highest = Optional.ofNullable(result.getString(2));
            nulls = result.getBoolean(4);
            boolean isText = highest.isEmpty() || result.getString(3).equals("text");
            if (timed && (!isText || result.getBoolean(5))) {
                throw new SourceException("Table " + selection.table().name() + ": the replication field '"
                        + selection.field().name() + "' holds numbers; SQLite's times must be texts such as"
                        + " 2026-01-02 03:04:05 to serve the strategy timed.");
            }
        }
        connection.rollback();
        if (highest.isEmpty() && !nulls) {
            return Look.idle(clock.toInstant(ZoneOffset.UTC));
        }
        return new Look(
                clock.toInstant(ZoneOffset.UTC),
                timed ? highest.map(ColumnTime::parse) : Optional.empty(),
                nulls,
                timed ? Optional.empty() : highest,
                timed ? running(connection) : List.of(),
                mayLock(connection)
                        ? Optional.empty()
                        : Optional.of(new Look.Blind(LAG_WITHOUT_LOCK, Optional.empty())));
    }

    private static boolean mayLock(Connection connection) throws SQLException {
        return !connection.isReadOnly();
    }

    @Override
    List<RunningTransaction> running(Connection connection) throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            statement.execute("ROLLBACK");
            return List.of();
        } catch (SQLException e) {
            if ((e.getErrorCode() & 0xff) == SQLITE_BUSY) {
                return List.of(
                        new RunningTransaction(WRITER, Optional.empty(), Optional.empty(), "It holds the write lock."));
            }
            return List.of();
        } finally {
            connection.setAutoCommit(false);
        }
    }

    @Override
    public List<RunningTransaction> writers(Connection connection, Selection selection) throws SQLException {
        return running(connection);
    }

    @Override
    public Set<String> stillRunning(Connection connection, Set<String> ids) throws SQLException {
        return running(connection).isEmpty() ? Set.of() : ids;
    }

    @Override
    public void beginSnapshot(Connection connection, Selection selection) throws SQLException {
        connection.rollback();
        try (Statement statement = connection.createStatement()) {
            statement.executeQuery("SELECT 1 FROM sqlite_master LIMIT 1").close();
        }
    }

    @Override
    public boolean isTime(SourceColumn column) {
        return column.jdbcType() != Types.BLOB;
    }

    @Override
    public boolean isZoned(SourceColumn column) {
        return false;
    }

    @Override
    public String text(LocalDateTime bound, SourceColumn column) {
        // no fraction: a text without one is less than the same with one
        return column.jdbcType() == Types.DATE && bound.toLocalTime().toSecondOfDay() == 0
                ? ColumnTime.text(bound, column, "")
                : SECONDS.format(bound);
    }
}
