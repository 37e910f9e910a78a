package io.github.redshiftreplicator.source;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.redshiftreplicator.config.DriverSockets;
import io.github.redshiftreplicator.config.FairPool;
import io.github.redshiftreplicator.config.Secrets;
import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.Table;
import io.github.redshiftreplicator.table.TableName;
import io.github.redshiftreplicator.table.TargetTypes;
import io.github.redshiftreplicator.table.TypeMappings;
import io.github.redshiftreplicator.table.ValuePolicy;
import io.github.redshiftreplicator.table.Window;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database replicated from. Thread-safe. Opening it needs no connection: a source that is away is asked again the
 * next time.
 *
 * <p>One export: {@link #describe}, {@link #probe}, and where that finds something {@link #begin}. An idle table costs
 * the one statement of {@code probe}.
 */
public final class SourceDatabase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SourceDatabase.class);

    private final String url;
    private final Dialect dialect;
    private final SourceSettings settings;
    private final HikariDataSource pool;
    private final Properties properties;
    private final Set<TableName> zonesToldOf = ConcurrentHashMap.newKeySet();
    private volatile Zones zones;
    private final Map<TableName, Sightings<Instant>> moments = new ConcurrentHashMap<>();
    private final Map<Field, Sightings<String>> keys = new ConcurrentHashMap<>();

    /** What keys are compared within: a table may be replicated by several of its columns. */
    private record Field(TableName source, Optional<String> name) {}

    private SourceDatabase(String url, Dialect dialect, SourceSettings settings, HikariConfig config) {
        this.url = url;
        this.dialect = dialect;
        this.settings = settings;
        this.properties = new Properties();
        properties.putAll(config.getDataSourceProperties());
        if (config.getUsername() != null) {
            properties.setProperty("user", config.getUsername());
            properties.setProperty(
                    "password", Optional.ofNullable(config.getPassword()).orElse(""));
        }
        // Made on first use: a wrong password is told at once then, not after the time that a busy pool may take.
        this.pool = new FairPool();
        config.copyStateTo(pool);
    }

    /**
     * Opens a source.
     *
     * @param url the JDBC URL; it decides the dialect
     * @param username may be null or empty where the URL says it or none is needed
     * @param password may be null
     * @throws SourceException if there is no driver for the URL
     */
    public static SourceDatabase open(String url, String username, String password, SourceSettings settings) {
        Dialect dialect = Dialects.of(url);
        HikariConfig config = new HikariConfig();
        config.setPoolName("source");
        config.setJdbcUrl(url);
        if (username != null && !username.isBlank()) {
            config.setUsername(username);
            config.setPassword(password);
        }
        config.setAutoCommit(false);
        // commits the session settings, which the first rollback would else undo
        config.setIsolateInternalQueries(true);
        config.setMinimumIdle(0);
        config.setMaximumPoolSize(settings.poolSize());
        config.setIdleTimeout(Duration.ofMinutes(1).toMillis());
        config.setConnectionTimeout(settings.connectionTimeout().toMillis());
        DriverSockets.properties(url).forEach(config::addDataSourceProperty);
        dialect.configure(config, settings);
        try {
            return new SourceDatabase(url, dialect, settings, config);
        } catch (RuntimeException e) {
            throw new SourceException(
                    "The source " + Secrets.masked(url) + " cannot be opened: " + Secrets.masked(e.getMessage()), e);
        }
    }

    /** The URL without a password or a user's secret, fit for logs. */
    public String displayUrl() {
        return Secrets.masked(url);
    }

    /** The pool of reading connections: auto-commit off, read-only, streaming. For {@code sql:} endpoints. */
    public DataSource dataSource() {
        return pool;
    }

    /**
     * Describes a table or view: the one spelled exactly so, else the only one that differs in case alone.
     *
     * @throws SourceException if there is no such table, with the nearest names, or the source is away
     */
    public SourceTable describe(TableName name) {
        return with(
                "describing " + name, connection -> dialect.describe(connection, name, "the source " + displayUrl()));
    }

    /**
     * Asks, in one statement, whether there is anything to move; in a few where there is or the source's clock was set
     * back.
     *
     * @param from the last record of the last imported replication, empty: from the beginning
     * @param clockThen the {@link Opening#clock} of that replication, if it is known: tells whether the source's clock was
     *     set back since
     * @return empty if the table is idle; otherwise what {@link #begin} needs. A {@code full} strategy always has
     *     something to move, even nothing at all
     * @throws SourceException if the replication field cannot serve the strategy, or the source is away
     */
    public Optional<Opening> probe(Table table, SourceTable source, Optional<String> from, Optional<String> clockThen) {
        if (table.strategy() == Strategy.FULL) {
            return Optional.of(new Opening(Optional.empty(), Optional.empty(), Optional.empty()));
        }
        Selection selection = selection(table, source, from);
        requireUsableField(selection);
        return with("looking at " + rows(table, source), connection -> {
            ClockStep step = new ClockStep(selection, dialect, clockThen.flatMap(ClockReading::parse));
            Look look = dialect.look(connection, selection);
            connection.rollback();
            Optional<ClockReading> clock = step.isTimed() && (!look.isIdle() || step.isLikely(look))
                    ? ClockReading.of(connection, dialect)
                    : Optional.empty();
            connection.rollback();
            Optional<String> again = step.lowered(look, clock);
            if (again.isPresent()) {
                look = dialect.look(connection, selection.from(again));
            }
            if (look.isIdle()) {
                return Optional.empty();
            }
            again.ifPresent(step::tell);
            return Optional.of(new Opening(again.or(() -> from), Optional.of(look), clock.map(ClockReading::text)));
        });
    }

    /**
     * Fixes the window, which may wait for running transactions for as long as the settings' patience, and then opens
     * the snapshot in which its rows are read.
     *
     * @throws SourceException if an identity table has rows without a key, or the source fails
     */
    public Export begin(Table table, SourceTable source, ColumnPlan plan, Opening opening) {
        Selection selection = selection(table, source, opening.from());
        warnOfZones(selection);
        Connection connection = null;
        try {
            connection = pool.getConnection();
            WindowFixer fixer = new WindowFixer(
                    dialect,
                    selection,
                    moments.computeIfAbsent(source.name(), name -> new Sightings<>()),
                    keys.computeIfAbsent(
                            new Field(source.name(), table.replicationField()), field -> new Sightings<>()));
            Bound bound = opening.look().isPresent() || table.strategy() == Strategy.FULL
                    ? fixer.fix(connection, opening.look().orElse(null))
                    : fixer.nothing(connection);
            return new Export(new SnapshotConnections(new Connections(), connection), selection, dialect, plan, bound);
        } catch (SQLException | RuntimeException e) {
            if (connection != null) {
                new Connections().giveBack(connection, true);
            }
            if (e instanceof SourceException explained) {
                throw explained;
            }
            throw failed("opening a window of " + source.name(), e);
        }
    }

    /**
     * Opens a snapshot of the rows that have not moved since a replication.
     *
     * @param last the replication's last record; empty only for a full one
     * @throws SourceException if the source is away
     */
    public SettledRows settledRows(Table table, SourceTable source, Optional<String> last) {
        Selection selection = selection(table, source, Optional.empty());
        Connections connections = new Connections();
        Connection connection = null;
        try {
            connection = pool.getConnection();
            return new SettledRows(connection, connections, selection, dialect, last);
        } catch (SQLException e) {
            if (connection != null) {
                connections.giveBack(connection, true);
            }
            throw failed("reading " + source.name(), e);
        }
    }

    /**
     * Refuses a range whose ends are no values of the replication field, as far as the database minds.
     *
     * @throws SourceException if it does, with its reason
     */
    public void requireRange(Table table, SourceTable source, Optional<String> from, Optional<String> to) {
        Selection selection = selection(table, source, Optional.empty());
        String sql = "SELECT 1 FROM " + selection.quoted(dialect.quote()) + " WHERE 1 = 0 AND "
                + selection.range(dialect, from, to);
        with("comparing " + selection.field().name() + " with the range", connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.execute(sql);
            }
        });
    }

    /** Whether a column's rows can be divided into ranges that an index finds. */
    public boolean isDivisible(SourceTable source, SourceColumn column) {
        return dialect.isInteger(column) && source.isIndexed(column.name());
    }

    /**
     * Refuses a replication field that cannot serve the strategy, columns whose types do not fit their target's, and
     * parameters for columns that are not there.
     *
     * @throws IllegalArgumentException if there is one; the message names the column and what would fit
     * @throws SourceException if it is the replication field or the {@code deletedColumn}
     */
    public void check(Table table, SourceTable source, ColumnPlan plan) {
        Selection selection = selection(table, source, Optional.empty());
        if (table.strategy() != Strategy.FULL) {
            requireUsableField(selection);
        }
        selection.deletedMark(dialect);
        dialect.types().ifPresentOrElse(types -> types.check(table, plan), () -> refuseSchemaChanges(table));
        for (String column : ValuePolicy.of(table).columns()) {
            if (plan.columns().stream()
                    .noneMatch(pair -> ColumnPlan.fold(pair.source().name()).equals(column))) {
                throw new IllegalArgumentException("Table " + table.name()
                        + ": onOverflow or onInvalid names the column '" + column + "', which is not replicated.");
            }
        }
    }

    private static void refuseSchemaChanges(Table table) {
        if (table.option("schemaChanges").filter(word -> !word.equals("ignore")).isPresent()) {
            throw new IllegalArgumentException("Table " + table.name()
                    + ": the parameter 'schemaChanges' knows the types of PostgreSQL, MySQL and MariaDB only: leave it out,"
                    + " and change the target by hand.");
        }
    }

    /** How this source's types enter Redshift's; empty where its columns are read as they are. */
    public Optional<TypeMappings> types() {
        return dialect.types();
    }

    /** The expression that reads a column, as it stands in the SELECT. */
    public String expression(Table table, SourceTable source, ColumnPlan.Pair pair) {
        return new Values(dialect, table, source).expression(pair);
    }

    /**
     * Reads the table once to see what its columns without a declared limit hold.
     *
     * @return by the source's names of the columns
     */
    public Map<String, TargetTypes.Measure> measure(Table table, SourceTable source) {
        List<SourceColumn> open = dialect.types().stream()
                .flatMap(types -> source.columns().stream().filter(column -> TargetTypes.isOpen(types, column)))
                .toList();
        if (open.isEmpty()) {
            return Map.of();
        }
        Selection selection = selection(table, source, Optional.empty());
        String sql = "SELECT " + open.stream().map(dialect::measure).collect(Collectors.joining(", ")) + " FROM "
                + selection.quoted(dialect.quote())
                + selection.where().map(where -> " WHERE (" + where + ")").orElse("");
        return with("measuring " + source.name(), connection -> {
            Map<String, TargetTypes.Measure> measures = new HashMap<>();
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(sql)) {
                row.next();
                for (int i = 0; i < open.size(); i++) {
                    measures.put(
                            open.get(i).name(),
                            new TargetTypes.Measure(
                                    row.getLong(3 * i + 1), row.getInt(3 * i + 2), row.getInt(3 * i + 3)));
                }
            }
            return measures;
        });
    }

    /** The database's clock, empty where it is not asked. */
    public Optional<Instant> clock() {
        return dialect.clock()
                .map(expression -> with("asking for the time", connection -> {
                    try (Statement statement = connection.createStatement();
                            ResultSet row = statement.executeQuery("SELECT " + expression)) {
                        row.next();
                        return ClockReading.instant(row.getBigDecimal(1));
                    }
                }));
    }

    /**
     * Reads nothing of a table, with the right to read all that is replicated.
     *
     * @throws SourceException if a right is missing; the message names it as the database does
     */
    public void requireReadable(Table table, SourceTable source, ColumnPlan plan) {
        String sql = selectSql(table, source, plan);
        boolean selectsSome = table.option("where").isPresent();
        with("reading " + rows(table, source), connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet none = statement.executeQuery(sql + (selectsSome ? " AND" : " WHERE") + " 1 = 0")) {
                return none.next();
            }
        });
    }

    /** The table and its condition, which may be what the source refuses. */
    private static String rows(Table table, SourceTable source) {
        return source.name()
                + table.option("where").map(condition -> " where " + condition).orElse("");
    }

    /** The values that each session draws at once from the sequence behind a key, 1 where there is none or it is unknown. */
    public long sequenceCache(SourceTable source, String column) {
        if (!(dialect instanceof PostgreSqlDialect)) {
            return 1;
        }
        return with("asking for the sequence of " + source.name(), connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("SELECT coalesce(max(seqcache), 1) FROM pg_sequence WHERE seqrelid ="
                            + " pg_get_serial_sequence(?, ?)::regclass")) {
                statement.setString(1, source.name().quoted('"'));
                statement.setString(2, column);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return row.getLong(1);
                }
            }
        });
    }

    /**
     * Names a sequence that is no column's own, that may be the one behind a key that has none, and that hands out numbers in
     * blocks, as Hibernate's does. Applications use such numbers late.
     */
    public Optional<String> blockSequence(SourceTable source, String column) {
        if (!(dialect instanceof PostgreSqlDialect)) {
            return Optional.empty();
        }
        return with("asking for the sequences beside " + source.name(), connection -> {
            try (PreparedStatement statement = connection.prepareStatement(PostgreSqlDialect.BLOCK_SEQUENCE)) {
                statement.setString(1, source.name().quoted('"'));
                statement.setString(2, column);
                try (ResultSet row = statement.executeQuery()) {
                    return row.next()
                            ? Optional.of(row.getString(1) + " (INCREMENT BY " + row.getLong(2) + ")")
                            : Optional.empty();
                }
            }
        });
    }

    /** The query for all rows of a table: an export's without its window. */
    public String selectSql(Table table, SourceTable source, ColumnPlan plan) {
        Selection selection = selection(table, source, Optional.empty());
        Values values = new Values(dialect, table, source);
        String columns = plan.columns().stream().map(values::expression).collect(Collectors.joining(", "));
        return "SELECT " + columns + " FROM " + selection.quoted(dialect.quote())
                + selection.where().map(where -> " WHERE (" + where + ")").orElse("");
    }

    /**
     * Looks for rows of a window that the target cannot hold, after its load has failed.
     *
     * @param columns the target's columns to look at; empty: all
     * @return a clause for each column that has some, with the keys of up to three of its rows
     * @throws SourceException if the source cannot be asked
     */
    public List<String> offenders(
            Table table, SourceTable source, ColumnPlan plan, Window window, List<String> columns) {
        Selection selection = selection(table, source, Optional.empty()).from(window.first());
        Bound bound = window.last()
                .map(last -> Bound.at(last, false, Optional.empty()))
                .orElse(Bound.everything());
        return with("looking for the rows that do not fit", connection -> new Offenders(dialect, selection, plan, bound)
                .find(connection, columns));
    }

    /**
     * How the source follows its primary, if it is a read replica and tells.
     *
     * @throws SourceException if it cannot be asked
     */
    public Optional<Replica> replica() {
        return with("asking whether it is a replica", dialect::replica);
    }

    /** The columns that tell an operator which row of a table is meant; empty if none does. */
    public List<String> keyColumns(Table table, SourceTable source) {
        return Values.keys(table, source);
    }

    /** Whether an error of a read may be a guard of the SELECT: then {@link #offenders} finds its rows. */
    public boolean isRefusal(SQLException error) {
        return dialect.isRefusal(error);
    }

    private Selection selection(Table table, SourceTable source, Optional<String> lastRecord) {
        return new Selection(
                table, source, lastRecord, Overlap.lowered(table, source, lastRecord, dialect), settings, zones());
    }

    private Zones zones() {
        if (zones == null) {
            zones = with("asking for its time zones", dialect::zones);
        }
        return zones;
    }

    /** Says once a table that rows are read again because nobody knows their zone, and what helps. */
    private void warnOfZones(Selection selection) {
        boolean ambiguous = selection.table().strategy() == Strategy.TIMED
                && !dialect.isZoned(selection.field())
                && selection.zones().isAmbiguous();
        if (ambiguous && zonesToldOf.add(selection.source().name())) {
            LOG.warn(
                    "'{}' of {} has no time zone and may be stamped in {}: rows are read again until they are old in each."
                            + " Set the parameter timeZone in the table's file to the zone that they are stamped in.",
                    selection.field().name(),
                    selection.source().name(),
                    selection.zones());
        }
    }

    private void requireUsableField(Selection selection) {
        SourceColumn field = selection.field();
        if (selection.table().strategy() == Strategy.TIMED && !dialect.isTime(field)) {
            throw new SourceException("Table " + selection.table().name() + ": the replication field '" + field.name()
                    + "' of the strategy timed is of the type " + field.typeName()
                    + ": it must be a date or timestamp.");
        }
    }

    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    private <T> T with(String what, Work<T> work) {
        try (Connection connection = pool.getConnection()) {
            T result = work.on(connection);
            connection.rollback();
            return result;
        } catch (SQLException e) {
            throw failed(what, e);
        }
    }

    private SourceException failed(String what, Exception e) {
        return new SourceException("The source " + displayUrl() + " failed while " + what + ": " + e.getMessage(), e);
    }

    /** Closes the pool. Exports that still run fail. */
    @Override
    public void close() {
        pool.close();
    }

    private final class Connections implements SnapshotConnections.Pool {
        @Override
        public Connection extra() throws SQLException {
            Connection connection = DriverManager.getConnection(url, properties);
            connection.setReadOnly(true);
            try (Statement statement = connection.createStatement()) {
                statement.execute(pool.getConnectionInitSql());
            }
            connection.setAutoCommit(false);
            return connection;
        }

        @Override
        public void giveBack(Connection connection, boolean broken) {
            if (broken) {
                pool.evictConnection(connection);
                return;
            }
            try (connection) {
                connection.rollback();
            } catch (SQLException e) {
                pool.evictConnection(connection);
            }
        }
    }
}
