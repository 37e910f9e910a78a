package io.github.redshiftreplicator.verify;

import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.redshift.TargetRows;
import io.github.redshiftreplicator.route.Connections;
import io.github.redshiftreplicator.route.OverlapPeriod;
import io.github.redshiftreplicator.source.DeletionTracking;
import io.github.redshiftreplicator.source.SettledRows;
import io.github.redshiftreplicator.source.SourceTable;
import io.github.redshiftreplicator.state.Replication;
import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.Table;
import io.github.redshiftreplicator.table.TargetColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Compares a target with its source as of the last replication, without holding anyone up: it claims and locks nothing.
 *
 * <p>Both sides are read and hashed here, for no hash function and no text form of a value is common to Redshift and all
 * sources; the source is read by the expressions of an export. A table whose first key column is a whole number with an
 * index is read in ranges of it, several at once, each in one snapshot of the source and one statement of Redshift. Keys
 * that may have moved since the replication are left out. Where a range differs and the target was loaded meanwhile, the
 * range is compared again. Memory is bounded: checksums of a range, and the rows of some that differ.
 */
public final class TableVerification {
    private static final long ROWS_IN_RANGE = 500_000;
    private static final long FEW_ROWS = 20_000;
    private static final int MOST_RANGES = 4_096;
    private static final int MOST_THREADS = 6;
    private static final int ATTEMPTS = 5;
    private static final int LOOKS = 60;

    private final Connections connections;
    private final Table table;
    private final int mostDifferences;
    private final AtomicLong found = new AtomicLong();

    /** @param mostDifferences after so many differing keys it stops */
    public TableVerification(Connections connections, Table table, int mostDifferences) {
        this.connections = connections;
        this.table = OverlapPeriod.inKeys(table, connections.replications());
        this.mostDifferences = mostDifferences;
    }

    /** What is compared, the same for all ranges. */
    private record Sides(
            SourceTable source, TargetRows target, ColumnPlan plan, List<ColumnPlan.Pair> keys, long expected) {}

    /**
     * Compares the table.
     *
     * @throws SQLException if Redshift fails
     * @throws RuntimeException if the source or the state database fails, or if the target is loaded again and again
     *     while it is compared; the message says what to do
     */
    public Comparison compare() throws SQLException, InterruptedException {
        LastReplication last = LastReplication.of(connections, table);
        Optional<String> obstacle = obstacle(last.replication());
        if (obstacle.isPresent()) {
            return Comparison.none(obstacle.get());
        }
        Replication asOf = last.replication().orElseThrow();
        Sides sides = sides(asOf);
        List<SettledRows.Range> ranges = ranges(sides, asOf);
        int threads = Math.min(MOST_THREADS, connections.settings().integer(Setting.CONCURRENT_TABLES, 1, 256) + 1);
        ExecutorService executor = Executors.newFixedThreadPool(Math.min(threads, ranges.size()));
        try {
            List<Future<Optional<RangeComparison.Result>>> results = new ArrayList<>();
            for (SettledRows.Range range : ranges) {
                results.add(executor.submit(() -> compare(range, sides, ranges.size())));
            }
            return sum(asOf, results);
        } finally {
            executor.shutdownNow();
        }
    }

    private Comparison sum(Replication asOf, List<Future<Optional<RangeComparison.Result>>> results)
            throws SQLException, InterruptedException {
        long sourceRows = 0;
        long targetRows = 0;
        long moved = 0;
        boolean complete = true;
        List<Difference> differences = new ArrayList<>();
        for (Future<Optional<RangeComparison.Result>> future : results) {
            Optional<RangeComparison.Result> result = result(future);
            complete &= result.map(RangeComparison.Result::complete).orElse(false);
            if (result.isPresent()) {
                sourceRows += result.get().sourceRows();
                targetRows += result.get().targetRows();
                moved += result.get().moved();
                differences.addAll(result.get().differences());
            }
        }
        complete &= differences.size() <= mostDifferences;
        return new Comparison(
                Optional.of(asOf),
                Optional.empty(),
                sourceRows,
                targetRows,
                moved,
                differences.stream().limit(mostDifferences).toList(),
                complete);
    }

    private static RangeComparison.Result unwrap(ExecutionException e) throws SQLException {
        if (e.getCause() instanceof SQLException error) {
            throw error;
        }
        if (e.getCause() instanceof RuntimeException error) {
            throw error;
        }
        throw new IllegalStateException(e.getCause());
    }

    private static Optional<RangeComparison.Result> result(Future<Optional<RangeComparison.Result>> future)
            throws SQLException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            return Optional.of(unwrap(e));
        }
    }

    /** Why the sides cannot be compared, empty if they can. */
    private Optional<String> obstacle(Optional<Replication> last) {
        if (last.isEmpty()) {
            return Optional.of("nothing was replicated yet.");
        }
        if (last.get().isReset()) {
            return Optional.of("it was reset, and its next replication moves everything: verify it after that.");
        }
        return last.get()
                .obsolete(table)
                .map(change -> change + ", and its next replication moves everything: verify it after that.");
    }

    /** The columns that the last replication moved, and the keys among them. */
    private Sides sides(Replication asOf) throws SQLException {
        SourceTable source = connections.source().describe(table.source());
        List<TargetColumn> columns = connections
                .catalog()
                .columns(table.target())
                .orElseThrow(
                        () -> new IllegalArgumentException("couldn't find table " + table.target() + " on Redshift."));
        List<TargetColumn> moved = columns.stream()
                .filter(column -> asOf.columns().isEmpty() || asOf.columns().contains(column.name()))
                .toList();
        ColumnPlan plan = ColumnPlan.of(table, source.columns(), moved);
        TargetRows target = new TargetRows(connections.redshift(), table.target());
        return new Sides(source, target, plan, keys(source, plan), target.count());
    }

    /** The table's keys, else the source's, else the whole row. */
    private List<ColumnPlan.Pair> keys(SourceTable source, ColumnPlan plan) {
        return Stream.of(table.keys(), source.primaryKey())
                .filter(names -> !names.isEmpty())
                .map(names -> names.stream()
                        .flatMap(name -> plan.columns().stream()
                                .filter(pair -> pair.source().name().equalsIgnoreCase(name)))
                        .toList())
                .filter(pairs -> !pairs.isEmpty())
                .filter(pairs ->
                        pairs.size() == table.keys().size() || table.keys().isEmpty())
                .findFirst()
                .orElse(plan.columns());
    }

    private List<SettledRows.Range> ranges(Sides sides, Replication asOf) throws SQLException {
        SourceColumn column = sides.keys().get(0).source();
        TargetColumn targetColumn = sides.keys().get(0).target();
        boolean divisible = connections.source().isDivisible(sides.source(), column)
                && (List.of("int2", "int4", "int8").contains(targetColumn.typeName())
                        || targetColumn.typeName().equals("numeric") && targetColumn.scale() == 0);
        if (!divisible || sides.expected() < FEW_ROWS) {
            return List.of(SettledRows.Range.ALL);
        }
        List<BigDecimal> ends = new ArrayList<>();
        sides.target().ends(targetColumn.name()).ifPresent(ends::addAll);
        try (SettledRows rows = connections.source().settledRows(table, sides.source(), asOf.lastRecord())) {
            rows.ends(column).ifPresent(ends::addAll);
        }
        if (ends.isEmpty()) {
            return List.of(SettledRows.Range.ALL);
        }
        BigInteger lowest =
                ends.stream().min(BigDecimal::compareTo).orElseThrow().toBigInteger();
        BigInteger highest =
                ends.stream().max(BigDecimal::compareTo).orElseThrow().toBigInteger();
        return divide(column, lowest, highest, sides.expected());
    }

    private static List<SettledRows.Range> divide(
            SourceColumn column, BigInteger lowest, BigInteger highest, long expected) {
        long parts = Math.min(MOST_RANGES, Math.max(MOST_THREADS, expected / ROWS_IN_RANGE));
        BigDecimal width = new BigDecimal(highest.subtract(lowest).add(BigInteger.ONE))
                .divide(BigDecimal.valueOf(parts), 0, RoundingMode.CEILING);
        List<SettledRows.Range> ranges = new ArrayList<>();
        Optional<String> from = Optional.empty();
        for (long i = 1; i < parts; i++) {
            Optional<String> to = Optional.of(new BigDecimal(lowest)
                    .add(width.multiply(BigDecimal.valueOf(i)))
                    .toPlainString());
            ranges.add(new SettledRows.Range(Optional.of(column), from, to));
            from = to;
        }
        ranges.add(new SettledRows.Range(Optional.of(column), from, Optional.empty()));
        return ranges;
    }

    /** Compares a range until the target stands still or the sides are equal; empty if enough was found before. */
    private Optional<RangeComparison.Result> compare(SettledRows.Range range, Sides sides, int ranges)
            throws SQLException, InterruptedException {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            if (found.get() >= mostDifferences) {
                return Optional.empty();
            }
            LastReplication before = attempt == 1 ? LastReplication.of(connections, table) : awaitLoad();
            Optional<String> obstacle = obstacle(before.replication());
            if (obstacle.isPresent()) {
                throw new IllegalStateException(
                        "Table " + table.name() + " changed while it was compared: " + obstacle.get());
            }
            RangeComparison.Result result =
                    compareOnce(range, sides, before.replication().orElseThrow(), ranges);
            boolean equal = result.differences().isEmpty();
            if (equal ? result.complete() : before.isStill(LastReplication.of(connections, table))) {
                found.addAndGet(result.differences().size());
                return Optional.of(result);
            }
        }
        throw new IllegalStateException("Table " + table.name() + " was loaded again and again while it was compared:"
                + " verify it while its schedule rests.");
    }

    private LastReplication awaitLoad() throws SQLException, InterruptedException {
        LastReplication last = LastReplication.of(connections, table);
        for (int look = 1; last.loading().isPresent() && look < LOOKS; look++) {
            TimeUnit.SECONDS.sleep(1);
            last = LastReplication.of(connections, table);
        }
        return last;
    }

    private RangeComparison.Result compareOnce(SettledRows.Range range, Sides sides, Replication asOf, int ranges)
            throws SQLException {
        try (SettledRows source = connections.source().settledRows(table, sides.source(), asOf.lastRecord())) {
            RangeComparison comparison =
                    new RangeComparison(table.name(), source, sides.target(), sides.plan(), sides.keys(), range);
            if (connections.tracksDeletions(table)) {
                DeletionTracking tracking = connections.deletions();
                if (tracking.exists()
                        && !source.queued(
                                tracking,
                                tracking.tracked(table, sides.source()),
                                sides.keys(),
                                comparison::leaveOut)) {
                    throw new IllegalStateException(
                            "Table " + table.name() + ": all its rows were deleted at once since"
                                    + " its last replication: replicate it, then verify it.");
                }
            }
            return comparison.compare(sides.expected() / ranges);
        }
    }

    /** The sentence about what a full table's differences may be. */
    public static Optional<String> caution(Table table, Comparison comparison) {
        return comparison.isEqual() || table.strategy() != Strategy.FULL
                ? Optional.empty()
                : Optional.of(
                        "the strategy full does not tell rows that changed in the source since its last replication:"
                                + " what differs after the next one as well is wrong.");
    }
}
