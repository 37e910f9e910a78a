package io.github.redshiftreplicator.redshift;

import io.github.redshiftreplicator.table.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** VACUUM and ANALYZE, each a statement of its own outside any transaction. Thread-safe. */
final class Maintenance {
    private static final Logger LOG = LoggerFactory.getLogger(Maintenance.class);

    private final DataSource dataSource;
    private final Lock oneVacuum;

    /**
     * @param oneVacuum shared by all that vacuum the same cluster: Redshift runs one VACUUM at a time and refuses others
     */
    Maintenance(DataSource dataSource, Lock oneVacuum) {
        this.dataSource = dataSource;
        this.oneVacuum = oneVacuum;
    }

    /** Vacuums a table, or all where none is given. */
    void vacuum(Optional<TableName> table, VacuumMode mode, boolean boost) {
        VacuumMode chosen = mode == VacuumMode.AUTO ? fitting(table) : mode;
        if (boost && chosen == VacuumMode.REINDEX) {
            throw new IllegalArgumentException("vacuum of " + words(table)
                    + ": BOOST cannot go with REINDEX. Remove boost, or choose another mode.");
        }
        if (table.isEmpty() && (boost || chosen == VacuumMode.REINDEX)) {
            throw new IllegalArgumentException("vacuum of all tables: " + (boost ? "BOOST" : "REINDEX")
                    + " must name a table. Set table, or choose another mode.");
        }
        String sql = "VACUUM " + chosen.sql()
                + table.map(name -> " " + Sql.name(name)).orElse("") + (boost ? " BOOST" : "");
        oneVacuum.lock();
        try {
            run("vacuum of " + words(table), sql);
        } finally {
            oneVacuum.unlock();
        }
    }

    private VacuumMode fitting(Optional<TableName> table) {
        boolean interleaved = table.map(name -> new RedshiftCatalog(dataSource).sortKey(name) == SortKey.INTERLEAVED)
                .orElse(false);
        return interleaved ? VacuumMode.REINDEX : VacuumMode.FULL;
    }

    /** Analyses a table, or all where none is given. */
    void analyze(Optional<TableName> table) {
        run(
                "analyze of " + words(table),
                "ANALYZE" + table.map(name -> " " + Sql.name(name)).orElse(""));
    }

    private static String words(Optional<TableName> table) {
        return table.map(TableName::toString).orElse("all tables");
    }

    private void run(String what, String sql) {
        LOG.debug("{}", sql);
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(true);
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new RedshiftLoadException(
                    what + " failed: " + e.getMessage().lines().findFirst().orElse(""), e);
        }
    }
}
