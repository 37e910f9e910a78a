package io.github.redshiftreplicator.source;

import com.zaxxer.hikari.HikariConfig;
import io.github.redshiftreplicator.table.PostgreSqlTypes;
import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.TableName;
import io.github.redshiftreplicator.table.TypeMappings;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * PostgreSQL. Needs no privilege beyond SELECT: {@code pg_stat_activity} hides when other roles' transactions began, but
 * {@code pg_locks} shows to everyone that they run ("pg_locks" and "Monitoring Database Activity" in its
 * documentation).
 */
final class PostgreSqlDialect implements Dialect {
    /** Marks the connections that only ever read, so that exports do not hold each other back. */
    static final String READER_NAME = "redshift-replicator reader";

    /** wrong_object_type, insufficient_privilege, feature_not_supported. */
    private static final Set<String> CANNOT_LOCK = Set.of("42809", "42501", "0A000");

    private static final Map<String, Integer> JDBC_TYPES = Map.ofEntries(
            Map.entry("bool", Types.BOOLEAN),
            Map.entry("int2", Types.SMALLINT),
            Map.entry("int4", Types.INTEGER),
            Map.entry("int8", Types.BIGINT),
            Map.entry("float4", Types.REAL),
            Map.entry("float8", Types.DOUBLE),
            Map.entry("numeric", Types.NUMERIC),
            Map.entry("bpchar", Types.CHAR),
            Map.entry("varchar", Types.VARCHAR),
            Map.entry("text", Types.VARCHAR),
            Map.entry("name", Types.VARCHAR),
            Map.entry("bytea", Types.BINARY),
            Map.entry("date", Types.DATE),
            Map.entry("time", Types.TIME),
            Map.entry("timetz", Types.TIME_WITH_TIMEZONE),
            Map.entry("timestamp", Types.TIMESTAMP),
            Map.entry("timestamptz", Types.TIMESTAMP_WITH_TIMEZONE),
            Map.entry("xml", Types.SQLXML));

    private static final String RUNNING = """
            SELECT l.virtualtransaction, l.pid, a.xact_start, a.backend_start IS NULL AS hidden, a.usename
              FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
             WHERE l.locktype = 'virtualxid' AND l.granted AND l.virtualxid = l.virtualtransaction
               AND l.pid <> pg_backend_pid()
               AND a.datname = current_database() AND a.usesysid IS NOT NULL
               AND NOT (a.usename = session_user AND a.application_name = '%s')
               AND NOT EXISTS (SELECT 1 FROM pg_stat_progress_vacuum v WHERE v.pid = l.pid)
            """.formatted(READER_NAME);

    /** The sequences that are no column's own and that no default draws from: an application does so itself. */
    private static final String FREE = """
            SELECT s.oid, s.relname, s.relnamespace FROM pg_class s
             WHERE s.relkind = 'S'
               AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = s.oid
                                  AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i'))
               AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_attrdef'::regclass
                                  AND d.refclassid = 'pg_class'::regclass AND d.refobjid = s.oid)
            """;

    /** A table's column, if it has no sequence. */
    private static final String UNNUMBERED = """
            SELECT t.relname, t.relnamespace, a.attname FROM pg_class t
              JOIN pg_attribute a ON a.attrelid = t.oid AND NOT a.atthasdef AND a.attidentity = ''
             WHERE t.oid = to_regclass(?) AND a.attname = ?
            """;

    /** A sequence beside a column that hands out numbers in blocks, by the names that Hibernate gives to its own. */
    static final String BLOCK_SEQUENCE = "WITH free AS (" + FREE + "), unnumbered AS (" + UNNUMBERED + ")" + """
            SELECT free.oid::regclass, q.seqincrement
              FROM unnumbered t JOIN free ON free.relnamespace = t.relnamespace
               AND free.relname IN ('hibernate_sequence', t.relname || '_seq', t.relname || '_' || t.attname || '_seq')
              JOIN pg_sequence q ON q.seqrelid = free.oid AND q.seqincrement > 1
             ORDER BY free.relname = 'hibernate_sequence', free.relname LIMIT 1
            """;

    // A table's partitions and children, a view's tables, and the sequences their defaults draw from.
    private static final String RELATIONS = """
            relations(oid) AS (
              SELECT to_regclass(?)::oid
              UNION
              SELECT next.oid FROM relations r, LATERAL (
                SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = r.oid
                UNION ALL
                SELECT d.refobjid FROM pg_rewrite w
                  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
                   AND d.refclassid = 'pg_class'::regclass
                 WHERE w.ev_class = r.oid
                UNION ALL
                SELECT d.objid FROM pg_depend d
                 WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = r.oid
                   AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
                UNION ALL
                SELECT d.refobjid FROM pg_attrdef f
                  JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid
                   AND d.refclassid = 'pg_class'::regclass
                 WHERE f.adrelid = r.oid
              ) next(oid) JOIN pg_class c ON c.oid = next.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
            )""";

    private static final String WRITING = "l.locktype = 'relation'"
            + " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            + " AND l.mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')"
            + " AND l.relation IN (SELECT oid FROM relations)";

    /** Also those that have drawn from a sequence which may be the one behind a key that has none. */
    private static final String DRAWING = WRITING.replace(
            "FROM relations",
            "FROM relations UNION ALL SELECT free.oid FROM free WHERE EXISTS (SELECT 1 FROM unnumbered)");

    private static final String PREPARED = """
            SELECT DISTINCT l.virtualtransaction, NULL::integer, NULL::timestamptz, true, NULL::name
              FROM pg_locks l WHERE l.pid IS NULL AND""" + " " + WRITING;

    /**
     * A read replica does not show the primary's transactions, and shows what they committed with a delay: its clock is the
     * commit that it replayed last, and running transactions are unknown.
     */
    private static final String CLOCK = "CASE WHEN pg_is_in_recovery()"
            + " THEN coalesce(least(statement_timestamp(), pg_last_xact_replay_timestamp()), to_timestamp(0))"
            + " ELSE statement_timestamp() END";

    private static final Duration REPLICA_LAG = Duration.ofSeconds(60);

    /** For a transaction that has drawn a key and not yet written what would show it. */
    private static final Duration UNSEEN = Duration.ofMillis(150);

    /** Stands for all transactions of a replica's primary that were running when this one was the next. */
    private static final String BEFORE = "before:";

    /** A name unlike the column's, which ORDER BY would else take for the converted value. */
    private static final String BOUND = " AS replicator_bound";

    @Override
    public char quote() {
        return '"';
    }

    @Override
    public void configure(HikariConfig config, SourceSettings settings) {
        config.addDataSourceProperty("defaultRowFetchSize", String.valueOf(settings.fetchSize()));
        config.setReadOnly(true);
        // One text form of every value, whatever the server's, the role's or this JVM's defaults are.
        config.setConnectionInitSql("SET application_name = '" + READER_NAME
                + "'; SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres';"
                + " SET extra_float_digits = 1; SET bytea_output = 'hex'; SET standard_conforming_strings = on");
    }

    @Override
    public SourceTable describe(Connection connection, TableName name, String place) throws SQLException {
        return new PostgreSqlCatalog(connection).describe(name, place);
    }

    static int jdbcType(String typeName) {
        return JDBC_TYPES.getOrDefault(typeName, typeName.startsWith("_") ? Types.ARRAY : Types.OTHER);
    }

    @Override
    public Look look(Connection connection, Selection selection) throws SQLException {
        return selection.table().strategy() == Strategy.TIMED
                ? lookAtTimes(connection, selection)
                : lookAtKeys(connection, selection);
    }

    private Look lookAtTimes(Connection connection, Selection selection) throws SQLException {
        SourceColumn field = selection.field();
        String column = selection.quotedField('"');
        String rows = " FROM " + selection.quoted('"') + " WHERE ";
        String latest = "(SELECT " + (isZoned(field) ? column + " AT TIME ZONE 'UTC'" : column + "::timestamp")
                + BOUND + rows
                + selection
                        .from()
                        .map(from -> column + " >= " + literal(from) + " AND ")
                        .orElse("")
                + column + " <= " + clock(field, selection) + selection.andWhere()
                + " ORDER BY " + column + " DESC LIMIT 1)";
        String sql = "WITH RECURSIVE " + RELATIONS + ", running AS (" + RUNNING + " UNION ALL " + PREPARED + ")"
                + " SELECT " + CLOCK + ", found.latest, found.nulls, pg_is_in_recovery(), running.*"
                + " FROM (SELECT " + latest + " AS latest, " + nulls(selection) + " AS nulls) found"
                + " LEFT JOIN running ON found.latest IS NOT NULL OR found.nulls";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, selection.quoted('"'));
            try (ResultSet result = statement.executeQuery()) {
                Look look = null;
                List<RunningTransaction> running = new ArrayList<>();
                while (result.next()) {
                    if (look == null) {
                        look = new Look(
                                result.getObject(1, OffsetDateTime.class).toInstant(),
                                Optional.ofNullable(result.getObject(2, LocalDateTime.class)),
                                result.getBoolean(3),
                                Optional.empty(),
                                running,
                                result.getBoolean(4) ? Optional.of(replica()) : Optional.empty());
                    }
                    if (result.getString(5) != null) {
                        running.add(running(result, 5));
                    }
                }
                return look;
            }
        }
    }

    private static Look.Blind replica() {
        return new Look.Blind(
                REPLICA_LAG,
                Optional.of(
                        "The source is a read replica, which does not show the transactions that run on its primary, so the"
                                + " window stays " + REPLICA_LAG.toSeconds()
                                + " s behind what it has replayed: set a lag that no transaction outlasts, or read the primary."));
    }

    /** The clock in the column's terms, and a second more: a column of whole seconds rounds up. */
    private static String clock(SourceColumn field, Selection selection) {
        if (field.jdbcType() == Types.TIMESTAMP_WITH_TIMEZONE) {
            return "statement_timestamp() + interval '1 second'";
        }
        return selection.zones().all().stream()
                .map(zone -> clock(field, "'" + zone.getId().replace("'", "''") + "'"))
                .collect(Collectors.joining(", ", "greatest(", ")"));
    }

    private static String clock(SourceColumn field, String zone) {
        return switch (field.jdbcType()) {
            case Types.DATE -> "(statement_timestamp() AT TIME ZONE " + zone + ")::date";
            default -> "(statement_timestamp() + interval '1 second') AT TIME ZONE " + zone;
        };
    }

    private String nulls(Selection selection) {
        return selection.field().nullable()
                ? "EXISTS (SELECT 1 FROM " + selection.quoted('"') + " WHERE " + selection.quotedField('"') + " IS NULL"
                        + selection.andWhere() + ")"
                : "false";
    }

    private Look lookAtKeys(Connection connection, Selection selection) throws SQLException {
        String column = selection.quotedField('"');
        String sql = "SELECT statement_timestamp(), (SELECT " + column + "::text" + BOUND + " FROM "
                + selection.quoted('"')
                + " WHERE "
                + selection.from().map(from -> column + " > " + literal(from)).orElse(column + " IS NOT NULL")
                + selection.andWhere() + " ORDER BY " + column + " DESC LIMIT 1), " + nulls(selection);
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return new Look(
                    result.getObject(1, OffsetDateTime.class).toInstant(),
                    Optional.empty(),
                    result.getBoolean(3),
                    Optional.ofNullable(result.getString(2)),
                    List.of(),
                    Optional.empty());
        }
    }

    @Override
    public List<RunningTransaction> writers(Connection connection, Selection selection) throws SQLException {
        if (isReplica(connection)) {
            return writersOfPrimary(connection);
        }
        String sql = "WITH RECURSIVE " + RELATIONS + ", free AS (" + FREE + "), unnumbered AS (" + UNNUMBERED + ")"
                + " SELECT DISTINCT l.virtualtransaction, l.pid, a.xact_start, a.backend_start IS NULL, a.usename"
                + " FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid"
                + " WHERE (l.pid IS NULL OR l.pid <> pg_backend_pid()) AND " + DRAWING;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, selection.quoted('"'));
            statement.setString(2, selection.quoted('"'));
            statement.setString(3, selection.field().name());
            try (ResultSet result = statement.executeQuery()) {
                List<RunningTransaction> writers = new ArrayList<>();
                while (result.next()) {
                    writers.add(running(result, 1));
                }
                return writers;
            }
        }
    }

    private static boolean isReplica(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_is_in_recovery()")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /** Every transaction that may have begun to write: which tables it writes is not replayed. */
    private static List<RunningTransaction> writersOfPrimary(Connection connection) throws SQLException {
        connection.rollback();
        Pause.of(UNSEEN);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT txid_snapshot_xmax(txid_current_snapshot())")) {
            row.next();
            return List.of(new RunningTransaction(
                    BEFORE + row.getLong(1),
                    Optional.empty(),
                    Optional.empty(),
                    "It runs on the primary of this read replica: look for the oldest there, in pg_stat_activity."));
        }
    }

    /** Reads the columns virtualtransaction, pid, xact_start, hidden, usename. */
    private static RunningTransaction running(ResultSet result, int column) throws SQLException {
        long pid = result.getLong(column + 1);
        boolean prepared = result.wasNull();
        Optional<Instant> start = Optional.ofNullable(result.getObject(column + 2, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant);
        boolean hidden = result.getBoolean(column + 3);
        return new RunningTransaction(
                result.getString(column),
                prepared ? Optional.empty() : Optional.of(pid),
                start,
                prepared
                        ? "It is prepared: see pg_prepared_xacts, and COMMIT PREPARED or ROLLBACK PREPARED it."
                        : remedy(pid, hidden, result.getString(column + 4)));
    }

    private static String remedy(long pid, boolean hidden, String user) {
        String end = "To end it: SELECT pg_terminate_backend(" + pid + ").";
        return hidden
                ? "Its start is hidden, for it belongs to the role " + user
                        + ": GRANT pg_monitor TO the source's role lets the window advance to that start. " + end
                : end;
    }

    /** The server's own zone shows in {@code log_timezone}, to which initdb gives the same value as to TimeZone. */
    @Override
    public Zones zones(Connection connection) throws SQLException {
        String sql = "SELECT current_setting('log_timezone') UNION SELECT substr(setting, 10) FROM pg_db_role_setting,"
                + " unnest(setconfig) setting WHERE lower(setting) LIKE 'timezone=%' AND setdatabase IN"
                + " (0, (SELECT oid FROM pg_database WHERE datname = current_database()))";
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> names = new ArrayList<>();
            while (result.next()) {
                names.add(result.getString(1));
            }
            return Zones.utcAnd(names.stream());
        }
    }

    @Override
    public Set<String> stillRunning(Connection connection, Set<String> ids) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT DISTINCT virtualtransaction FROM pg_locks"
                        + " WHERE virtualtransaction = ANY (?) UNION SELECT id FROM unnest(?) id WHERE id LIKE '"
                        + BEFORE
                        + "%' AND substr(id, " + (BEFORE.length() + 1)
                        + ")::bigint > txid_snapshot_xmin(txid_current_snapshot())")) {
            Array array = connection.createArrayOf("text", ids.toArray());
            statement.setArray(1, array);
            statement.setArray(2, array);
            try (ResultSet result = statement.executeQuery()) {
                Set<String> running = new HashSet<>();
                while (result.next()) {
                    running.add(result.getString(1));
                }
                return running;
            }
        }
    }

    @Override
    public void beginSnapshot(Connection connection, Selection selection) throws SQLException {
        if (!beginSnapshot(connection, Optional.of(selection.quoted('"')))) {
            beginSnapshot(connection, Optional.empty());
        }
    }

    /**
     * Locks the table before the snapshot is taken, as a reader does, until its end: TRUNCATE and what rewrites a table
     * are not MVCC-safe, so after one of them a snapshot from before would show the table empty.
     *
     * @return false if this relation cannot be locked: it is no table or view, or only its columns may be read
     */
    private static boolean beginSnapshot(Connection connection, Optional<String> locked) throws SQLException {
        connection.rollback();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            if (locked.isPresent()) {
                try {
                    statement.execute("LOCK TABLE " + locked.get() + " IN ACCESS SHARE MODE");
                } catch (SQLException e) {
                    if (CANNOT_LOCK.contains(e.getSQLState())) {
                        return false;
                    }
                    throw e;
                }
            }
            statement.execute("SELECT 1");
            return true;
        }
    }

    @Override
    public long estimateRows(Connection connection, Selection selection) throws SQLException {
        String sql = "SELECT sum(CASE WHEN reltuples < 0 THEN NULL ELSE reltuples END)::bigint FROM pg_class"
                + " WHERE oid = to_regclass(?) AND relkind <> 'p'"
                + " OR oid IN (SELECT relid FROM pg_partition_tree(to_regclass(?)) WHERE isleaf)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, selection.quoted('"'));
            statement.setString(2, selection.quoted('"'));
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                long rows = result.getLong(1);
                return result.wasNull() ? -1 : rows;
            }
        }
    }

    @Override
    public Optional<TypeMappings> types() {
        return Optional.of(PostgreSqlTypes.TABLE);
    }

    @Override
    public String measure(SourceColumn column) {
        String name = TableName.quote(column.name(), '"');
        String bytes = column.typeName().equals("bytea") ? "max(octet_length(%s))" : "max(octet_length(%s::text))";
        String digits =
                column.typeName().equals("numeric") ? "max(length(trunc(abs(%s))::text)), max(scale(%s))" : "0, 0";
        return (bytes + ", " + digits).replace("%s", name);
    }

    @Override
    public Optional<String> clock() {
        return Optional.of("extract(epoch FROM clock_timestamp())");
    }

    /** A replica that has replayed all that it received is not behind, however long ago the last transaction was. */
    @Override
    public Optional<Replica> replica(Connection connection) throws SQLException {
        String sql = "SELECT CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()"
                + " AND EXISTS (SELECT 1 FROM pg_stat_wal_receiver) THEN 0"
                + " ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END"
                + " WHERE pg_is_in_recovery()";
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            if (!result.next()) {
                return Optional.empty();
            }
            double seconds = result.getDouble(1);
            return Optional.of(new Replica(
                    result.wasNull() ? Optional.empty() : Optional.of(Duration.ofMillis((long) (seconds * 1000)))));
        }
    }

    @Override
    public String asText(String expression) {
        return "(" + expression + ")::text";
    }

    /** A cast that cannot succeed shows its text: the only way to raise an error in an expression. */
    @Override
    public String refusal(String what, List<String> keys, String value) {
        StringBuilder text = new StringBuilder(literal(Values.REFUSAL + what + ": "));
        text.append(" || left(").append(value).append("::text, 100)");
        String separator = "; the row's key: ";
        for (String key : keys) {
            text.append(" || ").append(literal(separator + key + "="));
            text.append(" || coalesce(").append(TableName.quote(key, '"')).append("::text, 'NULL')");
            separator = ", ";
        }
        return "(" + text + ")::int4::text";
    }

    @Override
    public String text(LocalDateTime bound, SourceColumn column) {
        return ColumnTime.text(bound, column, isZoned(column) ? "+00" : "");
    }
}
