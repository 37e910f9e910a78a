package io.github.redshiftreplicator.source;

import com.zaxxer.hikari.HikariConfig;
import io.github.redshiftreplicator.table.MySqlTypes;
import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.TableName;
import io.github.redshiftreplicator.table.TypeMappings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * MySQL and MariaDB with InnoDB. {@code information_schema.innodb_trx} shows the running transactions to whoever has the
 * privilege PROCESS; without it the window stays behind the clock by a lag. A statement that waits for a table is in
 * {@code information_schema.processlist} only, and has its time already.
 */
final class MySqlDialect implements Dialect {
    private static final int MOST_HELD = 100;
    private static final Duration LAG_WITHOUT_PROCESS = Duration.ofSeconds(2);
    private static final Duration REPLICA_LAG = Duration.ofSeconds(60);
    private static final Duration CACHE_EXPIRY = Duration.ofMillis(120);
    private static final Duration LONGEST_CACHED = Duration.ofSeconds(2);
    private static final int ER_SPECIFIC_ACCESS_DENIED = 1227;
    private static final int ER_DATA_OUT_OF_RANGE = 1690;
    private static final int ER_PARSE_ERROR = 1064;

    /**
     * Whoever reads the list of transactions keeps the server's copy of it alive, so two that read in turn would both get
     * an old one for ever. A new one takes a tenth of a second, so it is for all tables that wait for one. Other processes are met
     * by an irregular pace.
     */
    private final SharedQuery<Optional<List<Listed>>> listing = new SharedQuery<>();

    /** @param mayWrite whether it has changed something or runs a statement */
    private record Listed(RunningTransaction transaction, boolean mayWrite) {}

    /** @param waits whether its transaction may begin only after it has got its tables */
    private record StatementStart(Instant at, boolean waits) {}

    /** What a server or a user may have set and what would change values, or leave rows out. */
    private static final String SESSION = "SET time_zone = '+00:00', net_write_timeout = 3600,"
            + " sql_select_limit = 18446744073709551615, sql_mode = replace(replace(replace(@@sql_mode,"
            + " 'PAD_CHAR_TO_FULL_LENGTH', ','), 'NO_BACKSLASH_ESCAPES', ','), 'EMPTY_STRING_IS_NULL', ',')";

    private final boolean mariaDbDriver;

    MySqlDialect(String url) {
        this.mariaDbDriver = url.startsWith("jdbc:mariadb:");
    }

    @Override
    public char quote() {
        return '`';
    }

    @Override
    public void configure(HikariConfig config, SourceSettings settings) {
        config.setReadOnly(true);
        // a tinyint(1) may hold more than two values
        config.addDataSourceProperty("tinyInt1isBit", "false");
        // also for the endpoints of route files, which must not set another: MySQL's driver would read the whole result
        config.addDataSourceProperty("defaultFetchSize", String.valueOf(fetchSize(settings)));
        if (!mariaDbDriver) {
            config.addDataSourceProperty("connectionTimeZone", "UTC");
            // else the driver converts each character set itself, and not all characters of latin1
            config.addDataSourceProperty("characterSetResults", "UTF-8");
            config.addDataSourceProperty("netTimeoutForStreamingResults", "3600");
        }
        config.setConnectionInitSql(mariaDbDriver ? SESSION + ", names utf8mb4" : SESSION);
    }

    /** MySQL's driver streams at this value only. MariaDB's holds so many rows, which may be long, and saves nothing by more. */
    @Override
    public int fetchSize(SourceSettings settings) {
        return mariaDbDriver ? Math.min(settings.fetchSize(), MOST_HELD) : Integer.MIN_VALUE;
    }

    @Override
    public SourceTable describe(Connection connection, TableName name, String place) throws SQLException {
        return new JdbcCatalog(connection, true).describe(name, place);
    }

    @Override
    public Look look(Connection connection, Selection selection) throws SQLException {
        boolean timed = selection.table().strategy() == Strategy.TIMED;
        String column = selection.quotedField(quote());
        String rows = " FROM " + selection.quoted(quote()) + " WHERE ";
        String above = selection
                .from()
                .map(from -> column + (timed ? " >= " : " > ") + literal(from))
                .orElse(column + " IS NOT NULL");
        String nulls = selection.field().nullable()
                ? "EXISTS (SELECT 1" + rows + column + " IS NULL" + selection.andWhere() + ")"
                : "0";
        boolean isMoment = selection.field().jdbcType() == Types.TIMESTAMP;
        // as text: MariaDB's driver shows 5 milliseconds of a DATETIME(3) as .5000
        String latest = isMoment ? "cast(max(" + column + ") AS char)" : "max(" + column + ")";
        String sql = "SELECT utc_timestamp(6), (SELECT " + latest + rows + above + notAhead(selection)
                + selection.andWhere() + "), " + nulls + ", @@global.read_only";
        Instant clock;
        Optional<String> highest;
        boolean hasNulls;
        boolean isReplica;
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            clock = ColumnTime.parse(result.getString(1)).toInstant(ZoneOffset.UTC);
            highest = Optional.ofNullable(result.getString(2));
            hasNulls = result.getBoolean(3);
            isReplica = isOn(result.getString(4));
        }
        if (highest.isEmpty() && !hasNulls) {
            return Look.idle(clock);
        }
        if (!timed) {
            return new Look(clock, Optional.empty(), hasNulls, highest, List.of(), Optional.empty());
        }
        if (isReplica) {
            return new Look(
                    clock,
                    highest.map(ColumnTime::parse),
                    hasNulls,
                    Optional.empty(),
                    List.of(),
                    Optional.of(replica()));
        }
        Optional<List<RunningTransaction>> running = running(connection, listed -> true);
        return new Look(
                clock,
                highest.map(ColumnTime::parse),
                hasNulls,
                Optional.empty(),
                running.orElse(List.of()),
                running.isPresent() ? Optional.empty() : Optional.of(blind()));
    }

    /** The server says no more than how far its zone is from UTC now, so the hour that ends a summer counts too. */
    @Override
    public Zones zones(Connection connection) throws SQLException {
        String sql = "SELECT timestampdiff(SECOND, utc_timestamp(), convert_tz(utc_timestamp(), '+00:00', 'SYSTEM')),"
                + " timestampdiff(SECOND, utc_timestamp(), convert_tz(utc_timestamp(), '+00:00', @@global.time_zone))";
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            List<ZoneId> zones = new ArrayList<>(List.of(ZoneOffset.UTC));
            for (int column = 1; column <= 2; column++) {
                int seconds = result.getInt(column);
                if (seconds != 0) {
                    zones.add(ZoneOffset.ofTotalSeconds(seconds));
                    zones.add(ZoneOffset.ofTotalSeconds(seconds - 3600));
                }
            }
            return new Zones(zones);
        }
    }

    private String notAhead(Selection selection) {
        boolean isUtc = isZoned(selection.field()) || selection.zones().equals(Zones.UTC);
        boolean timed = selection.table().strategy() == Strategy.TIMED;
        return timed && isUtc
                ? " AND " + selection.quotedField(quote()) + " <= utc_timestamp(6) + INTERVAL 1 SECOND"
                : "";
    }

    private static boolean isOn(String variable) {
        return variable.equals("1") || variable.equalsIgnoreCase("ON");
    }

    /** A replica applies late what its primary's transactions stamped early. */
    private static Look.Blind replica() {
        return new Look.Blind(
                REPLICA_LAG,
                Optional.of(
                        "The source is read-only, as a replica is, which shows its primary's transactions late, so the"
                                + " window stays " + REPLICA_LAG.toSeconds()
                                + " s behind: set a lag that no transaction and no delay of the replica outlasts, or read the"
                                + " primary."));
    }

    private static boolean isReplica(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@global.read_only")) {
            row.next();
            return isOn(row.getString(1));
        }
    }

    private static Look.Blind blind() {
        return new Look.Blind(
                LAG_WITHOUT_PROCESS,
                Optional.of(
                        "Running transactions cannot be seen, so the window stays " + LAG_WITHOUT_PROCESS.toSeconds()
                                + " s behind: GRANT PROCESS ON *.* to the source's user if it lacks that, or set a lag that no"
                                + " transaction outlasts."));
    }

    /**
     * The transactions that may write, or empty if they cannot be known. InnoDB serves this table from a cache as long as
     * it is read more often than every 0.1 s; only a list that shows this very query is new.
     */
    private Optional<List<RunningTransaction>> running(Connection connection, Predicate<Listed> condition)
            throws SQLException {
        // or others might list it
        connection.rollback();
        return listing.result(() -> listNew(connection))
                .map(list ->
                        list.stream().filter(condition).map(Listed::transaction).toList());
    }

    private static Optional<List<Listed>> listNew(Connection connection) throws SQLException {
        Pause pause = new Pause(LONGEST_CACHED);
        try {
            do {
                beginSnapshot(connection);
                Optional<List<Listed>> list = list(connection);
                if (list.isPresent()) {
                    return list;
                }
            } while (pause.await(
                    CACHE_EXPIRY.plusMillis(ThreadLocalRandom.current().nextLong(CACHE_EXPIRY.toMillis()))));
            return Optional.empty();
        } catch (SQLException e) {
            if (e.getErrorCode() == ER_SPECIFIC_ACCESS_DENIED) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Optional<List<Listed>> list(Connection connection) throws SQLException {
        // before the transactions, among which those that wait now may be then
        Map<Long, StatementStart> statements = statements(connection);
        String token = UUID.randomUUID().toString();
        // trx_started is in the server's system zone, in whole seconds
        String sql = "SELECT '" + token + "', trx_mysql_thread_id = connection_id(), trx_query,"
                + " trx_mysql_thread_id, trx_started, utc_timestamp() - INTERVAL timestampdiff(SECOND, trx_started,"
                + " convert_tz(utc_timestamp(), '+00:00', 'SYSTEM')) SECOND,"
                + " trx_rows_modified > 0 OR trx_query IS NOT NULL"
                + " FROM information_schema.innodb_trx WHERE trx_mysql_thread_id = connection_id()"
                + " OR trx_is_read_only = 0 AND trx_autocommit_non_locking = 0";
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            boolean isNew = false;
            List<Listed> running = new ArrayList<>();
            while (result.next()) {
                String query = result.getString(3);
                if (result.getBoolean(2)) {
                    isNew = query != null && query.contains(token);
                } else {
                    Optional<StatementStart> own = Optional.ofNullable(statements.remove(result.getLong(4)));
                    running.add(new Listed(running(result, own), result.getBoolean(7)));
                }
            }
            statements.forEach((thread, other) -> {
                if (other.waits()) {
                    running.add(waiting(thread, other));
                }
            });
            return isNew ? Optional.of(running) : Optional.empty();
        }
    }

    private static RunningTransaction running(ResultSet result, Optional<StatementStart> statement)
            throws SQLException {
        long thread = result.getLong(4);
        Instant begun = ColumnTime.parse(result.getString(6)).toInstant(ZoneOffset.UTC);
        // a statement that has waited for its table began before its transaction
        Instant start = statement.map(StatementStart::at).filter(begun::isAfter).orElse(begun);
        return new RunningTransaction(
                thread + "@" + result.getString(5),
                Optional.of(thread),
                Optional.of(start),
                "To end it: KILL " + thread + ".");
    }

    /** It draws no key before it has got its table. */
    private static Listed waiting(long thread, StatementStart statement) {
        RunningTransaction transaction = new RunningTransaction(
                thread + "@waiting",
                Optional.of(thread),
                Optional.of(statement.at()),
                "It waits for a table that another session has locked, which SHOW PROCESSLIST may show. To end it: KILL "
                        + thread + ".");
        return new Listed(transaction, false);
    }

    /** The statements that run, by their threads. Who lacks the privilege PROCESS sees his own only. */
    private static Map<Long, StatementStart> statements(Connection connection) throws SQLException {
        // whole seconds may be one too few, unless the statement is of this second
        boolean isMariaDb = connection.getMetaData().getDatabaseProductVersion().contains("MariaDB");
        String start = isMariaDb
                ? "utc_timestamp(6) - INTERVAL time_ms * 1000 MICROSECOND"
                : "utc_timestamp() - INTERVAL time + (time > 0) SECOND";
        // through the last three it passes after it has waited, others in no time
        String sql = "SELECT id, " + start + ", state LIKE 'Waiting for %lock' OR state LIKE 'Waiting for table%'"
                + " OR time > 0 AND state IN ('Opening tables', 'System lock', 'init')"
                + " FROM information_schema.processlist"
                // what only reads stamps nothing, an export of ours least of all
                + " WHERE command NOT IN ('Sleep', 'Daemon') AND user <> 'system user' AND coalesce(info, '') NOT LIKE 'SELECT%'"
                + " AND " + start + " IS NOT NULL";
        Map<Long, StatementStart> statements = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                Instant at = ColumnTime.parse(result.getString(2)).toInstant(ZoneOffset.UTC);
                statements.put(result.getLong(1), new StatementStart(at, result.getBoolean(3)));
            }
        }
        return statements;
    }

    /** A transaction that has changed nothing and runs no statement holds no key. */
    @Override
    public List<RunningTransaction> writers(Connection connection, Selection selection) throws SQLException {
        if (isReplica(connection)) {
            connection.rollback();
            Pause.of(selection.lag().orElse(REPLICA_LAG));
            return List.of();
        }
        Optional<List<RunningTransaction>> writers = running(connection, Listed::mayWrite);
        if (writers.isEmpty()) {
            connection.rollback();
            Pause.of(selection.lag().orElse(LAG_WITHOUT_PROCESS));
        }
        return writers.orElse(List.of());
    }

    @Override
    public Set<String> stillRunning(Connection connection, Set<String> ids) throws SQLException {
        // unknown counts as running
        return running(connection, listed -> true)
                .map(list -> list.stream().map(RunningTransaction::id).collect(Collectors.toSet()))
                .orElse(ids);
    }

    @Override
    public void beginSnapshot(Connection connection, Selection selection) throws SQLException {
        beginSnapshot(connection);
    }

    private static void beginSnapshot(Connection connection) throws SQLException {
        connection.rollback();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            statement.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
        }
    }

    /** MySQL since 8.0, MariaDB since 10.2. */
    @Override
    public boolean hasWindowFunctions(Connection connection) throws SQLException {
        return connection.getMetaData().getDatabaseMajorVersion() >= 8;
    }

    @Override
    public long estimateRows(Connection connection, Selection selection) throws SQLException {
        TableName name = selection.source().name();
        String sql = "SELECT table_rows FROM information_schema.tables WHERE table_name = " + literal(name.name())
                + " AND table_schema = " + name.schema().map(this::literal).orElse("database()");
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            long rows = result.next() ? result.getLong(1) : -1;
            return result.wasNull() ? -1 : rows;
        }
    }

    @Override
    public Optional<TypeMappings> types() {
        return Optional.of(MySqlTypes.TABLE);
    }

    @Override
    public String measure(SourceColumn column) {
        String name = TableName.quote(column.name(), '`');
        boolean binary = column.typeName().endsWith("blob");
        boolean decimal = column.typeName().startsWith("decimal");
        return "max(length(" + (binary ? name : "convert(" + name + " USING utf8mb4)") + ")), "
                + (decimal ? "max(length(abs(truncate(" + name + ", 0)))), " + column.scale() : "0, 0");
    }

    @Override
    public Optional<String> clock() {
        return Optional.of("unix_timestamp(now(6))");
    }

    /** Asks by the words of MySQL 5.7 and MariaDB 10.4 where the server does not know the new ones. */
    @Override
    public Optional<Replica> replica(Connection connection) throws SQLException {
        for (String word : List.of("REPLICA", "SLAVE")) {
            try (Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery("SHOW " + word + " STATUS")) {
                return result.next() ? Optional.of(new Replica(behind(result))) : Optional.empty();
            } catch (SQLException e) {
                if (e.getErrorCode() == ER_SPECIFIC_ACCESS_DENIED) {
                    return Optional.empty();
                }
                if (e.getErrorCode() != ER_PARSE_ERROR) {
                    throw e;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Duration> behind(ResultSet status) throws SQLException {
        for (int column = 1; column <= status.getMetaData().getColumnCount(); column++) {
            if (status.getMetaData().getColumnLabel(column).startsWith("Seconds_Behind_")) {
                long seconds = status.getLong(column);
                return status.wasNull() ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
            }
        }
        return Optional.empty();
    }

    /**
     * An addition that overflows, which fails whatever sql_mode is ("Out-of-Range and Overflow Handling" in MySQL's
     * documentation). It depends on the row, or the server would work it out beforehand; which row it was is looked for afterwards.
     */
    @Override
    public String refusal(String what, List<String> keys, String value) {
        return "concat(18446744073709551615 + (1 + length(" + value + ")))";
    }

    @Override
    public boolean isRefusal(SQLException error) {
        return error.getErrorCode() == ER_DATA_OUT_OF_RANGE;
    }

    @Override
    public String literal(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    @Override
    public boolean isZoned(SourceColumn column) {
        return column.typeName().startsWith("timestamp");
    }

    @Override
    public boolean isTime(SourceColumn column) {
        return column.jdbcType() == Types.TIMESTAMP || column.jdbcType() == Types.DATE;
    }
}
