package io.github.redshiftreplicator.redshift;

import io.github.redshiftreplicator.table.PartFormat;
import io.github.redshiftreplicator.table.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/**
 * Finds out whether Redshift itself may read the bucket, with the authorization and the clauses of a load: it has COPY fill a
 * temporary table and rolls it back. Thread-safe.
 */
public final class CopyProbe {
    private static final TableName TABLE = TableName.parse("replicator_doctor");

    private final DataSource dataSource;
    private final RedshiftConfiguration configuration;

    public CopyProbe(DataSource dataSource, RedshiftConfiguration configuration) {
        this.dataSource = dataSource;
        this.configuration = configuration.copy();
    }

    /**
     * Loads.
     *
     * @param manifest the URL of a manifest whose parts hold one number a row
     * @throws SQLException if Redshift refuses it; its message holds no secret
     * @throws IllegalArgumentException if the authorization or a clause is refused
     */
    public void run(String manifest, PartFormat format) throws SQLException {
        CopyCommand copy = new CopyCommand(
                TABLE, List.of(), manifest, configuration.resolveAuthorization(), configuration.clauses(format, true));
        try (Connection connection = dataSource.getConnection();
                Session session = new Session(connection)) {
            connection.setAutoCommit(false);
            try {
                session.execute("CREATE TEMP TABLE " + Sql.name(TABLE) + " (n BIGINT)");
                session.copy(copy);
            } catch (SQLException e) {
                throw session.shown(e);
            } finally {
                session.rollback();
            }
        }
    }
}
