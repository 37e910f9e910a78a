package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.Strategy;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Fixes a window's upper bound, so that no row below it can still appear: first the bound, then the transactions that
 * run, then the snapshot.
 *
 * <p>A row is stamped by its transaction's start or later. A timed bound is therefore the clock, held back to the start
 * of the oldest transaction that runs. A key is drawn after its transaction has locked the table (or the sequence), so
 * an identity bound is the highest key seen, once the transactions that held such a lock have finished.
 */
final class WindowFixer {
    /**
     * A session tells the time of its BEGIN, and an application its own stamp, a moment before others can see that the
     * transaction runs.
     */
    private static final Duration SETTLE = Duration.ofMillis(150);

    /**
     * For the rest of a second, one more where a column of whole seconds rounded up, and a lag of two. What a longer lag
     * keeps back is left to a later run.
     */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private final Dialect dialect;
    private final Selection selection;
    private final Sightings<Instant> moments;
    private final Sightings<String> keys;
    private final Duration patience;

    WindowFixer(Dialect dialect, Selection selection, Sightings<Instant> moments, Sightings<String> keys) {
        this.dialect = dialect;
        this.selection = selection;
        this.moments = moments;
        this.keys = keys;
        this.patience = selection.settings().patience();
    }

    /** Fixes the bound and leaves the connection in a snapshot taken after that. */
    Bound fix(Connection connection, Look look) throws SQLException {
        Strategy strategy = selection.table().strategy();
        return switch (strategy) {
            case FULL -> {
                dialect.beginSnapshot(connection, selection);
                yield Bound.everything();
            }
            case TIMED -> {
                Bound bound = timed(connection, look);
                dialect.beginSnapshot(connection, selection);
                yield bound;
            }
            case IDENTITY -> identity(connection, look);
        };
    }

    /** Ends the window where it starts and leaves the connection in a snapshot. */
    Bound nothing(Connection connection) throws SQLException {
        dialect.beginSnapshot(connection, selection);
        return new Bound(selection.lastRecord(), selection.lastRecord(), true, Optional.empty());
    }

    private Bound timed(Connection connection, Look first) throws SQLException {
        Look look = first;
        moments.saw(look.clock(), look.running());
        Set<String> hidden = awaitHidden(connection, look);
        if (hidden.isEmpty() && mayWaitOut(look)) {
            Pause.of(untilSecondIsOver(look));
            look = dialect.look(connection, selection);
            connection.rollback();
            moments.saw(look.clock(), look.running());
            hidden = awaitHidden(connection, look);
        }
        return timedBound(look, hidden);
    }

    /** Waits for the transactions whose start is hidden. Returns those that still run. */
    private Set<String> awaitHidden(Connection connection, Look look) throws SQLException {
        return await(
                connection,
                look.running().stream()
                        .filter(t -> t.start().isEmpty())
                        .map(RunningTransaction::id)
                        .collect(Collectors.toSet()));
    }

    private Set<String> await(Connection connection, Set<String> transactions) throws SQLException {
        Set<String> remaining = new HashSet<>(transactions);
        Pause pause = new Pause(patience);
        while (!remaining.isEmpty()) {
            remaining.retainAll(dialect.stillRunning(connection, remaining));
            connection.rollback();
            if (remaining.isEmpty() || !pause.await()) {
                break;
            }
        }
        return remaining;
    }

    /** Whether rows lie between the bound and the clock that a short wait brings in. */
    private boolean mayWaitOut(Look look) {
        SourceColumn field = selection.field();
        LocalDateTime reachable = readableAt(look.clock().minus(margin(look)));
        boolean heldBack = oldestStart(look)
                .map(start -> latestTime(start).isBefore(reachable))
                .orElse(false);
        return field.jdbcType() != java.sql.Types.DATE
                && !heldBack
                && look.latest().map(latest -> !latest.isBefore(reachable)).orElse(false)
                && untilSecondIsOver(look).compareTo(LONGEST_WAIT) <= 0;
    }

    /** How long until the bound passes the second of the newest row, which may lie a little ahead of the clock. */
    private Duration untilSecondIsOver(Look look) {
        LocalDateTime nextSecond =
                look.latest().orElseThrow().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
        Duration ahead = Duration.between(latestTime(look.clock()), nextSecond);
        return (ahead.isNegative() ? Duration.ZERO : ahead).plus(margin(look)).plusMillis(1);
    }

    private Bound timedBound(Look look, Set<String> hidden) {
        LocalDateTime present = boundAt(look.clock().minus(margin(look)));
        Optional<RunningTransaction> oldest = look.running().stream()
                .filter(t -> t.start().isPresent())
                .min(Comparator.comparing(t -> t.start().orElseThrow()));
        LocalDateTime upTo = oldest.map(
                        t -> earlier(present, boundAt(heldBackTo(t.start().orElseThrow()))))
                .orElse(present);
        Optional<LocalDateTime> last = hidden.isEmpty()
                ? Optional.of(upTo)
                : moments.notBefore(hidden).map(i -> earlier(boundAt(i.minus(margin(look))), upTo));
        Optional<LocalDateTime> from = selection.from().map(ColumnTime::parse);
        Optional<RunningTransaction> holder = hidden.isEmpty()
                ? oldest.filter(t -> upTo.isBefore(present) && isFelt(look, upTo, t))
                : look.running().stream().filter(t -> hidden.contains(t.id())).findFirst();
        Optional<HeldBack> heldBack = holder.map(this::heldBack).or(() -> look.blind()
                .flatMap(Look.Blind::remedy)
                .map(remedy -> new HeldBack(Optional.empty(), Optional.empty(), remedy)));
        // what lies beyond the earliest zone's bound comes again, which a merge does not mind
        LocalDateTime read = selection.zones().isAmbiguous() && !dialect.isZoned(selection.field())
                ? readableAt(look.clock().minus(margin(look)))
                : upTo;
        return bound(from, last, read, look.nulls(), heldBack);
    }

    /** Whether a transaction keeps rows back, or has run for so long that it soon will. */
    private boolean isFelt(Look look, LocalDateTime upTo, RunningTransaction transaction) {
        boolean old =
                transaction.start().orElse(look.clock()).isBefore(look.clock().minus(patience));
        return old || look.latest().map(latest -> !latest.isBefore(upTo)).orElse(false);
    }

    private Bound bound(
            Optional<LocalDateTime> from,
            Optional<LocalDateTime> last,
            LocalDateTime upTo,
            boolean nulls,
            Optional<HeldBack> heldBack) {
        boolean nothing = from.map(f -> !f.isBefore(upTo)).orElse(false) && !nulls;
        Optional<LocalDateTime> end =
                last.map(l -> from.filter(f -> f.isAfter(l)).orElse(l)).or(() -> from);
        LocalDateTime read = from.filter(f -> f.isAfter(upTo)).orElse(upTo);
        return new Bound(end.map(this::text), Optional.of(text(read)), nothing, heldBack);
    }

    private Duration margin(Look look) {
        Duration blind = look.blind().map(Look.Blind::lag).orElse(Duration.ZERO);
        return SETTLE.plus(selection.lag().orElse(blind));
    }

    private Instant heldBackTo(Instant start) {
        return start.minus(selection.lag().orElse(Duration.ZERO));
    }

    private LocalDateTime boundAt(Instant instant) {
        return ColumnTime.floor(columnTime(instant), selection.field());
    }

    /** The end of what can be read now: in the latest zone where there are several. */
    private LocalDateTime readableAt(Instant instant) {
        return selection.zones().isAmbiguous()
                ? ColumnTime.floor(latestTime(instant), selection.field())
                : boundAt(instant);
    }

    private LocalDateTime columnTime(Instant instant) {
        return selection.inField(instant, dialect);
    }

    private LocalDateTime latestTime(Instant instant) {
        return dialect.isZoned(selection.field()) || !selection.zones().isAmbiguous()
                ? columnTime(instant)
                : selection.zones().latest(instant);
    }

    private String text(LocalDateTime bound) {
        return dialect.text(bound, selection.field());
    }

    private static Optional<Instant> oldestStart(Look look) {
        return look.running().stream().flatMap(t -> t.start().stream()).min(Comparator.naturalOrder());
    }

    private static LocalDateTime earlier(LocalDateTime one, LocalDateTime other) {
        return one.isBefore(other) ? one : other;
    }

    private Bound identity(Connection connection, Look look) throws SQLException {
        if (look.nulls()) {
            throw new SourceException("Table " + selection.table().name() + ": rows of "
                    + selection.source().name() + " have NULL in the replication field '"
                    + selection.field().name()
                    + "', so an identity replication could not tell whether they were moved. Give them a key and declare"
                    + " the column NOT NULL, or use the strategy timed or full.");
        }
        String highest = look.highest().orElseThrow();
        List<RunningTransaction> writers = dialect.writers(connection, selection);
        connection.rollback();
        if (dialect.isInteger(selection.field())) {
            // a sequence may have begun anew with its table
            keys.forgetIfAnew(selection.lastRecord(), highest, Comparator.comparing(BigDecimal::new));
        }
        keys.saw(highest, writers);
        Set<String> remaining =
                await(connection, writers.stream().map(RunningTransaction::id).collect(Collectors.toSet()));
        dialect.beginSnapshot(connection, selection);
        if (remaining.isEmpty()) {
            return Bound.at(Overlap.neverBack(selection, highest), false, Optional.empty());
        }
        Optional<HeldBack> heldBack = writers.stream()
                .filter(t -> remaining.contains(t.id()))
                .min(Comparator.comparing(t -> t.start().orElse(Instant.MAX)))
                .map(this::heldBack);
        return belowRunning(connection, remaining, highest)
                .map(key -> Bound.at(key, false, heldBack))
                .orElseGet(() -> atLastRecord(heldBack));
    }

    /** Goes no further; an overlap is read all the same. */
    private Bound atLastRecord(Optional<HeldBack> heldBack) {
        boolean overlaps = !selection.from().equals(selection.lastRecord());
        return new Bound(selection.lastRecord(), selection.lastRecord(), !overlaps, heldBack);
    }

    /** The key below which those that still run can write none, empty if nothing beyond the last record is below it. */
    private Optional<String> belowRunning(Connection snapshot, Set<String> running, String highest)
            throws SQLException {
        // what was seen before them may lie below the last record, for a gap or another process has moved on since
        Optional<String> seen = keys.notBefore(running);
        if (seen.isPresent() && dialect.hasKeys(snapshot, selection, seen.get())) {
            return seen;
        }
        return dialect.isInteger(selection.field())
                ? dialect.lastBeforeGap(snapshot, selection, highest)
                : Optional.empty();
    }

    private HeldBack heldBack(RunningTransaction transaction) {
        String who = transaction
                        .pid()
                        .map(pid -> "the transaction of session " + pid)
                        .orElse("a transaction")
                + transaction
                        .start()
                        .map(start -> ", running since " + start + ",")
                        .orElse("");
        return new HeldBack(
                transaction.pid(),
                transaction.start(),
                "Table " + selection.table().name() + " is held back by " + who
                        + " so as to lose none of its rows; they arrive after it has finished. "
                        + transaction.remedy());
    }
}
