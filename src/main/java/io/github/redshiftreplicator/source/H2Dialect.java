package io.github.redshiftreplicator.source;

import com.zaxxer.hikari.HikariConfig;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * H2. It tells, to an administrator, which sessions hold uncommitted changes, but not of a transaction that has changed
 * nothing yet, whose CURRENT_TIMESTAMP stands still from its start; hence a short lag all the same.
 */
final class H2Dialect extends GenericDialect {
    @Override
    public Optional<String> clock() {
        return Optional.of("extract(EPOCH FROM CURRENT_TIMESTAMP)");
    }

    private static final Duration LAG = Duration.ofSeconds(1);
    private static final Duration LAG_WITHOUT_ADMIN = Duration.ofSeconds(2);

    @Override
    public void configure(HikariConfig config, SourceSettings settings) {
        super.configure(config, settings);
        config.setConnectionInitSql("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SNAPSHOT;"
                + " SET LAZY_QUERY_EXECUTION 1; SET TIME ZONE 'UTC'");
    }

    /** A session sees the others only if its user is an administrator ("SESSIONS" in its documentation). */
    @Override
    Look.Blind blind(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet administrator = statement.executeQuery(
                        "SELECT IS_ADMIN FROM INFORMATION_SCHEMA.USERS WHERE USER_NAME = CURRENT_USER")) {
            if (administrator.next() && administrator.getBoolean(1)) {
                return new Look.Blind(LAG, Optional.empty());
            }
        }
        return new Look.Blind(
                LAG_WITHOUT_ADMIN,
                Optional.of("Other sessions are hidden from the source's user, so the window stays "
                        + LAG_WITHOUT_ADMIN.toSeconds() + " s behind: ALTER USER … ADMIN TRUE, or set a lag that no"
                        + " transaction outlasts."));
    }

    @Override
    List<RunningTransaction> running(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(
                        "SELECT SESSION_ID, SESSION_START"
                                + " FROM INFORMATION_SCHEMA.SESSIONS WHERE CONTAINS_UNCOMMITTED AND SESSION_ID <> SESSION_ID()")) {
            List<RunningTransaction> running = new ArrayList<>();
            while (result.next()) {
                long session = result.getLong(1);
                running.add(new RunningTransaction(
                        session + "@" + result.getString(2),
                        Optional.of(session),
                        Optional.empty(),
                        "To end it: CALL ABORT_SESSION(" + session + ")."));
            }
            return running;
        }
    }
}
