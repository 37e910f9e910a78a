package io.github.redshiftreplicator.redshift;

import io.github.redshiftreplicator.redshift.RedshiftCatalog.Condition;
import io.github.redshiftreplicator.table.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import javax.sql.DataSource;
import org.apache.camel.util.StopWatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** VACUUM and ANALYZE, each a statement of its own outside any transaction. Thread-safe. */
final class Maintenance {
    private static final Logger LOG = LoggerFactory.getLogger(Maintenance.class);

    /** Up to here Redshift's own VACUUM leaves the order as it is ("VACUUM": 95 percent sorted is sorted). */
    private static final double SORTED_ENOUGH = 5;

    /** Up to here Redshift's own ANALYZE skips a table (the default of {@code analyze_threshold_percent}). */
    private static final double CURRENT_ENOUGH = 10;

    private final DataSource dataSource;
    private final RedshiftCatalog catalog;
    private final Lock oneVacuum;

    /**
     * @param oneVacuum shared by all that vacuum the same cluster: Redshift runs one VACUUM at a time and refuses others
     */
    Maintenance(DataSource dataSource, Lock oneVacuum) {
        this.dataSource = dataSource;
        this.catalog = new RedshiftCatalog(dataSource);
        this.oneVacuum = oneVacuum;
    }

    /**
     * Vacuums a table, or all where none is given. In mode auto a table that has nothing to gain is left alone.
     *
     * @return one sentence: what was done, or why nothing was
     */
    String vacuum(Optional<TableName> table, VacuumMode mode, boolean boost) {
        oneVacuum.lock();
        try {
            if (mode == VacuumMode.AUTO && table.isPresent()) {
                Optional<Condition> condition = condition("vacuum", table.get());
                if (condition.isPresent() && !needsVacuum(condition.get())) {
                    return skipped("VACUUM", table.get(), order(condition.get()));
                }
            }
            return vacuum(table, mode == VacuumMode.AUTO ? fitting(table) : mode, boost, words(table));
        } finally {
            oneVacuum.unlock();
        }
    }

    private String vacuum(Optional<TableName> table, VacuumMode mode, boolean boost, String words) {
        if (boost && mode == VacuumMode.REINDEX) {
            throw new IllegalArgumentException(
                    "vacuum of " + words + ": BOOST cannot go with REINDEX. Remove boost, or choose another mode.");
        }
        if (table.isEmpty() && (boost || mode == VacuumMode.REINDEX)) {
            throw new IllegalArgumentException("vacuum of all tables: " + (boost ? "BOOST" : "REINDEX")
                    + " must name a table. Set table, or choose another mode.");
        }
        String command = "VACUUM " + mode.sql();
        return run(command, "vacuum", table, boost ? " BOOST" : "");
    }

    private VacuumMode fitting(Optional<TableName> table) {
        boolean interleaved =
                table.map(name -> catalog.sortKey(name) == SortKey.INTERLEAVED).orElse(false);
        return interleaved ? VacuumMode.REINDEX : VacuumMode.FULL;
    }

    /**
     * Analyses a table, or all where none is given. In mode auto a table whose statistics are current is left alone.
     *
     * @return one sentence: what was done, or why nothing was
     */
    String analyze(Optional<TableName> table, VacuumMode mode) {
        if (mode == VacuumMode.AUTO && table.isPresent()) {
            Optional<Condition> condition = condition("analyze", table.get());
            if (condition.isPresent() && condition.get().statsOff().orElse(0) <= CURRENT_ENOUGH) {
                return skipped("ANALYZE", table.get(), statistics(condition.get()));
            }
        }
        return run("ANALYZE", "analyze", table, "");
    }

    /** Empty: Redshift does not tell, so that the statement itself must find out. */
    private Optional<Condition> condition(String what, TableName table) {
        Optional<Condition> condition = catalog.condition(table);
        if (condition.filter(Condition.NO_ROWS::equals).isPresent() && !exists(what, table)) {
            throw new RedshiftLoadException(
                    what + " of " + table + " failed: there is no table " + table + " in Redshift.", null);
        }
        return condition;
    }

    private boolean exists(String what, TableName table) {
        try {
            return catalog.columns(table).isPresent();
        } catch (SQLException e) {
            throw failure(what, table.toString(), e);
        }
    }

    private static boolean needsVacuum(Condition condition) {
        return condition.unsorted().orElse(0) > SORTED_ENOUGH || condition.deleted() > SORTED_ENOUGH;
    }

    private static String order(Condition condition) {
        return condition.equals(Condition.NO_ROWS)
                ? "it has no rows"
                : String.format(
                        Locale.ROOT,
                        "%.1f %% of its rows are unsorted, %.1f %% deleted",
                        condition.unsorted().orElse(0),
                        condition.deleted());
    }

    private static String statistics(Condition condition) {
        return condition.equals(Condition.NO_ROWS)
                ? "it has no rows"
                : String.format(
                        Locale.ROOT,
                        "its statistics are %.1f %% off",
                        condition.statsOff().orElse(0));
    }

    private static String skipped(String command, TableName table, String why) {
        String message = "no " + command + " needed: " + why + ".";
        LOG.info("{}: {}", table, message);
        return message;
    }

    private static String words(Optional<TableName> table) {
        return table.map(TableName::toString).orElse("all tables");
    }

    private String run(String command, String what, Optional<TableName> table, String option) {
        String sql = command + table.map(name -> " " + Sql.name(name)).orElse("") + option;
        LOG.debug("{}", sql);
        StopWatch watch = new StopWatch();
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(true);
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw failure(what, words(table), e);
        }
        String message = String.format(Locale.ROOT, "%s took %.1f s.", command + option, watch.taken() / 1000.0);
        LOG.info("{}: {}", words(table), message);
        return message;
    }

    private static RedshiftLoadException failure(String what, String table, SQLException e) {
        String reason = e.getMessage().lines().findFirst().orElse("");
        return new RedshiftLoadException(
                what + " of " + table
                        + (reason.contains("VACUUM is running")
                                ? " was not begun: another VACUUM is running in this cluster, which allows one at a"
                                        + " time. Repeat it when that one has ended."
                                : " failed: " + reason),
                e);
    }
}
