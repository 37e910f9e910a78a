package io.github.redshiftreplicator.source;

import com.zaxxer.hikari.HikariConfig;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Any other database, by standard SQL. Its running transactions cannot be seen: a timed window stays behind the clock,
 * and an identity window waits as long before it reads. The lag must be longer than any writing transaction takes.
 */
class GenericDialect implements Dialect {
    private static final Duration LAG = Duration.ofSeconds(2);

    @Override
    public char quote() {
        return '"';
    }

    @Override
    public void configure(HikariConfig config, SourceSettings settings) {
        config.setReadOnly(true);
    }

    @Override
    public SourceTable describe(Connection connection, TableName name, String place) throws SQLException {
        return new JdbcCatalog(connection, false).describe(name, place);
    }

    /** The lag, and what would make it unnecessary. */
    Look.Blind blind(Connection connection) throws SQLException {
        return new Look.Blind(LAG, Optional.empty());
    }

    /** The transactions that run, as far as they can be seen. */
    List<RunningTransaction> running(Connection connection) throws SQLException {
        return List.of();
    }

    @Override
    public Look look(Connection connection, Selection selection) throws SQLException {
        String column = selection.quotedField(quote());
        boolean timed = selection.table().strategy() == Strategy.TIMED;
        String above = selection
                .from()
                .map(from -> "(" + column + (timed ? " >= " : " > ") + literal(from)
                        + (selection.field().nullable() ? " OR " + column + " IS NULL)" : ")"))
                .orElse("1 = 1");
        String sql = "SELECT max(CURRENT_TIMESTAMP), max(" + column + "), sum(CASE WHEN " + column
                + " IS NULL THEN 1 ELSE 0 END) FROM " + selection.quoted(quote()) + " WHERE " + above
                + selection.andWhere();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            boolean nulls = result.getLong(3) > 0;
            Object value = result.getObject(2);
            OffsetDateTime now = result.getObject(1, OffsetDateTime.class);
            Instant clock = now == null ? Look.NO_CLOCK : now.toInstant();
            if (value == null && !nulls) {
                return Look.idle(clock);
            }
            Optional<Object> found = Optional.ofNullable(value);
            return new Look(
                    clock,
                    timed ? found.map(ColumnTime::ofValue) : Optional.empty(),
                    nulls,
                    timed ? Optional.empty() : found.map(Object::toString),
                    timed ? running(connection) : List.of(),
                    Optional.of(blind(connection)));
        }
    }

    @Override
    public List<RunningTransaction> writers(Connection connection, Selection selection) throws SQLException {
        Look.Blind blind = blind(connection);
        connection.rollback();
        Pause.of(selection.lag().orElse(blind.lag()));
        return running(connection);
    }

    @Override
    public Set<String> stillRunning(Connection connection, Set<String> ids) throws SQLException {
        return running(connection).stream().map(RunningTransaction::id).collect(java.util.stream.Collectors.toSet());
    }

    @Override
    public void beginSnapshot(Connection connection, Selection selection) throws SQLException {
        // One query reads the rows, which by itself sees one moment.
        connection.rollback();
    }
}
