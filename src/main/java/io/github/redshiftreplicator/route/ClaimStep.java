package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.export.PartStore;
import io.github.redshiftreplicator.redshift.Ledger;
import io.github.redshiftreplicator.redshift.RedshiftCatalog;
import io.github.redshiftreplicator.source.DeletionTracking;
import io.github.redshiftreplicator.source.Export;
import io.github.redshiftreplicator.source.HeldBack;
import io.github.redshiftreplicator.source.Opening;
import io.github.redshiftreplicator.source.SourceException;
import io.github.redshiftreplicator.source.SourceTable;
import io.github.redshiftreplicator.state.NextStep;
import io.github.redshiftreplicator.state.Replication;
import io.github.redshiftreplicator.state.Replications;
import io.github.redshiftreplicator.state.State;
import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.Table;
import io.github.redshiftreplicator.table.TableName;
import io.github.redshiftreplicator.table.TargetColumn;
import io.github.redshiftreplicator.table.Window;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.camel.Exchange;
import org.apache.camel.component.sql.SqlConstants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * {@code replicator:claim}: opens the table's next replication or resumes its last, and says by the exchange's
 * properties which of the following steps are due. Ends the route where there is nothing to do.
 */
final class ClaimStep implements Step {
    private static final Logger LOG = LoggerFactory.getLogger(ClaimStep.class);

    private final Connections connections;
    private final Settings settings;

    ClaimStep(Connections connections) {
        this.connections = connections;
        this.settings = connections.settings();
    }

    @Override
    public void process(Exchange exchange, Run run) throws SQLException {
        exchange.setProperty(ReplicatorConstants.EXPORT, false);
        exchange.setProperty(ReplicatorConstants.IMPORT, false);
        requireOwnTarget(run);
        Replications replications = connections.replications();
        Optional<Replication> latest = replications.latest(run.table().name());
        NextStep next = NextStep.of(
                run.action(),
                latest,
                maxRetries(run.table()),
                latest.filter(r -> !r.state().isFinished()).flatMap(replications::holder));
        switch (next.kind()) {
            case OPEN_NEW -> open(exchange, run, latest);
            case RESUME_EXPORT, RESUME_IMPORT -> resume(exchange, run, next, latest.orElseThrow());
            case CANCEL_AND_OPEN_NEW, CANCEL ->
                giveUp(exchange, run, next, latest.orElseThrow(), "max-retries reached");
            case NOTHING_TO_IMPORT -> stop(exchange, run, Outcome.Kind.NOTHING_TO_DO, "nothing to import.");
            case WAITS_FOR_IMPORT ->
                stop(exchange, run, Outcome.Kind.NOTHING_TO_DO, "already exported; it waits for its import.");
            case HELD ->
                stop(
                        exchange,
                        run,
                        Outcome.Kind.HELD,
                        next.holder()
                                .map(h -> h.owner() + " is replicating it; its claim lasts until " + h.until() + ".")
                                .orElse("another process is replicating it."));
        }
    }

    private void requireOwnTarget(Run run) throws SQLException {
        Optional<String> shared = run.consumer().sharedTarget();
        if (shared.isPresent()) {
            throw new IllegalArgumentException(shared.get());
        }
    }

    private OptionalInt maxRetries(Table table) {
        return table.option("maxRetries")
                .map(Integer::parseInt)
                .map(OptionalInt::of)
                .orElseGet(settings::maxRetries);
    }

    private void resume(Exchange exchange, Run run, NextStep next, Replication unfinished) throws SQLException {
        Optional<String> changed = changed(run.table(), unfinished);
        if (changed.isPresent()) {
            giveUp(exchange, run, next, unfinished, changed.get());
        } else if (next.kind() == NextStep.Kind.RESUME_EXPORT) {
            resumeExport(exchange, run, unfinished);
        } else {
            takeUp(exchange, run, unfinished).ifPresent(taken -> importTaken(exchange, run, taken));
        }
    }

    /** Why what it has moved is not what the table is to move now. */
    private Optional<String> changed(Table table, Replication replication) throws SQLException {
        Optional<String> obsolete = replication.obsolete(table);
        return obsolete.isPresent() || isSameTarget(table, replication)
                ? obsolete
                : Optional.of("its target was " + replication.targetTable() + " and is " + table.target() + " now");
    }

    /** By the name as Redshift folds it, with its schema where only one of the two has that. */
    private boolean isSameTarget(Table table, Replication replication) throws SQLException {
        if (ColumnPlan.isSame(replication.targetTable(), table.target().toString())) {
            return true;
        }
        RedshiftCatalog catalog = connections.catalog();
        TableName before = catalog.qualified(TableName.parse(replication.targetTable()));
        return ColumnPlan.isSame(
                before.toString(), catalog.qualified(table.target()).toString());
    }

    /** Cancels it, unless its load is in the target: then only its end is missing. */
    private void giveUp(Exchange exchange, Run run, NextStep next, Replication unfinished, String reason)
            throws SQLException {
        Optional<Replication> taken = takeOver(exchange, run, unfinished);
        if (taken.isEmpty()) {
            return;
        }
        if (next.asksLedgerFirst() && isLoaded(run.table(), taken.get())) {
            tellRetried(run, unfinished, taken.get());
            importTaken(exchange, run, taken.get());
            return;
        }
        // that it was taken over to be canceled is no retry
        LOG.warn(
                "{} is canceled after {} retries ({}) and a new replication takes its window. The last error: {}",
                unfinished.messageId(),
                unfinished.retries(),
                reason,
                unfinished.lastError().orElse("no error was recorded"));
        Replication canceled = connections.replications().cancel(taken.get(), reason);
        run.tellCanceled(canceled, "canceled: " + reason + ".");
        if (next.kind() == NextStep.Kind.CANCEL) {
            fail(exchange, run, FailureKind.RETRIES, "canceled: its retries are used up.");
        } else if (run.action() == NextStep.Action.IMPORT) {
            fail(exchange, run, FailureKind.CONFIGURATION, "canceled: " + reason + ".");
        } else {
            open(exchange, run, Optional.of(canceled));
        }
    }

    /** Asks the ledger. Whoever had the replication before and still loads it is stopped first: reads wait for loads. */
    private boolean isLoaded(Table table, Replication replication) throws SQLException {
        if (replication.key().isEmpty()) {
            return false;
        }
        Ledger ledger = new Ledger(connections.redshift(), table.target());
        ledger.endSessions(connections.replications().loadSessions(replication));
        return ledger.contains(replication.loadId().orElseThrow());
    }

    /**
     * The canceled replication whose load was committed after all, as a process does that was thought dead: the table
     * stands where that one ends.
     */
    private Optional<Replication> loadedAfterAll(Table table) throws SQLException {
        Replications replications = connections.replications();
        if (replications.isReset(table.name())) {
            return Optional.empty();
        }
        for (Replication canceled : replications.canceledSinceImported(table.name())) {
            if (isLoaded(table, canceled)) {
                LOG.warn(
                        "{} was canceled, but its load is in the target: it counts as imported.", canceled.messageId());
                return replications.importedAfterAll(canceled);
            }
        }
        return Optional.empty();
    }

    private void open(Exchange exchange, Run run, Optional<Replication> latest) throws SQLException {
        Table table = run.table();
        Replications replications = connections.replications();
        Optional<Replication> predecessor = latest;
        if (latest.filter(r -> r.is(State.CANCELED)).isPresent()
                && loadedAfterAll(table).isPresent()) {
            predecessor = replications.latest(table.name());
        }
        Optional<Replication> lastImported =
                predecessor.filter(r -> r.is(State.IMPORTED)).or(() -> replications.lastImported(table.name()));
        if (lastImported.isPresent() && !belongsTo(table, lastImported.get())) {
            fail(
                    exchange,
                    run,
                    FailureKind.CONFIGURATION,
                    "its rows went to " + lastImported.get().targetTable() + " so far, and its target is "
                            + table.target() + " now: 'reset " + table.name() + "' has the next replication move all of"
                            + " them there, in the place of what is there.");
            return;
        }
        describe(run, run.consumer().sourceTable().get() == null);
        DeletionTracking.Pending pending = pending(run);
        boolean anew = pending.everything() && lastImported.isPresent();
        // another column's record says nothing: the table begins anew and replaces the target's rows
        Optional<String> from = anew
                ? Optional.empty()
                : lastImported.filter(r -> r.obsolete(table).isEmpty()).flatMap(Replication::lastRecord);
        if (anew) {
            LOG.info("All rows of {} were deleted at once: the replication begins anew.", table.source());
            run.takeWindow();
        }
        Optional<String> refusal = refusal(run, from, pending);
        if (refusal.isPresent()) {
            boolean idle = run.request().is(Request.Kind.DELETIONS) && pending.rows() == 0;
            if (idle) {
                stop(exchange, run, Outcome.Kind.NOTHING_TO_DO, refusal.get());
            } else {
                fail(exchange, run, FailureKind.CONFIGURATION, refusal.get());
            }
            return;
        }
        if (run.request().is(Request.Kind.RESYNC)) {
            connections
                    .source()
                    .requireRange(
                            table,
                            run.consumer().sourceTable().get(),
                            run.request().from(),
                            run.request().to());
        }
        Optional<String> clock = lastImported.flatMap(Replication::sourceClock);
        Optional<Opening> opening = opening(run, from, clock, pending, from.isPresent() || anew);
        if (opening.isEmpty()) {
            run.foundNothing();
            stop(exchange, run, Outcome.Kind.NOTHING_TO_DO, "no new records.");
            return;
        }
        ColumnPlan plan = plan(run, lastImported);
        Optional<Replication> opened = replications.open(
                table,
                predecessor,
                new Window(from, Optional.empty()),
                settings.format(),
                slices(),
                connections.owner());
        if (opened.isEmpty()) {
            stop(exchange, run, Outcome.Kind.HELD, "another process opened the next replication at this moment.");
            return;
        }
        export(exchange, run, opened.get(), plan, opening.get(), clock);
    }

    /** Whether the target has the rows of the windows before; a full replication needs none. */
    private boolean belongsTo(Table table, Replication lastImported) throws SQLException {
        return table.strategy() == Strategy.FULL || lastImported.isReset() || isSameTarget(table, lastImported);
    }

    /** What is to be moved, empty if that is nothing. */
    private Optional<Opening> opening(
            Run run,
            Optional<String> from,
            Optional<String> clock,
            DeletionTracking.Pending pending,
            boolean replicatedBefore) {
        if (!run.request().is(Request.Kind.WINDOW)) {
            return Optional.of(Opening.ofNothing(from));
        }
        Optional<Opening> opening = connections
                .source()
                .probe(
                        OverlapPeriod.inKeys(run.table(), connections.replications()),
                        run.consumer().sourceTable().get(),
                        from,
                        clock);
        // what was never replicated need not be deleted
        boolean deletionsAlone = opening.isEmpty() && pending.rows() > 0 && replicatedBefore;
        return deletionsAlone ? Optional.of(Opening.ofNothing(from)) : opening;
    }

    /** What waits in the table's queue of deletions. A queue that cannot be read keeps no row from being replicated. */
    private DeletionTracking.Pending pending(Run run) {
        Table table = run.table();
        if (!connections.tracksDeletions(table)) {
            return DeletionTracking.Pending.NONE;
        }
        try {
            DeletionTracking tracking = connections.deletions();
            tracking.tracked(table, run.consumer().sourceTable().get());
            if (!tracking.exists()) {
                LOG.error(
                        "Deletions of {} are lost: there is no queue {} in the source. Run 'replicator install', then"
                                + " 'replicator reconcile {}'.",
                        table.source(),
                        tracking.queue(),
                        table.name());
                return DeletionTracking.Pending.NONE;
            }
            DeletionTracking.Pending pending = tracking.pending(table.name());
            run.hasQueue(true);
            return pending;
        } catch (SourceException e) {
            LOG.error("{} Its rows are replicated all the same.", e.getMessage());
            return DeletionTracking.Pending.NONE;
        }
    }

    /** Why a request for something else than the window cannot be met. */
    private static Optional<String> refusal(Run run, Optional<String> from, DeletionTracking.Pending pending) {
        Request request = run.request();
        Table table = run.table();
        if (request.is(Request.Kind.WINDOW)) {
            return Optional.empty();
        }
        if (table.strategy() == Strategy.FULL) {
            return Optional.of("the strategy full replaces everything each time: use replicate.");
        }
        if (table.keys().isEmpty()) {
            return Optional.of("it has no key: name the columns that identify a row in 'keys'.");
        }
        if (request.is(Request.Kind.DELETIONS) && pending.rows() == 0) {
            return Optional.of("no deletion waits.");
        }
        return from.isPresent()
                ? Optional.empty()
                : Optional.of("its next replication moves everything: use replicate.");
    }

    private void resumeExport(Exchange exchange, Run run, Replication unfinished) throws SQLException {
        Table table = run.table();
        Optional<Replication> taken = takeUp(exchange, run, unfinished);
        if (taken.isEmpty()) {
            return;
        }
        describe(run, true);
        run.hold(connections.replications(), taken.get());
        run.takeWindow();
        DeletionTracking.Pending pending = pending(run);
        Optional<Replication> lastImported = connections.replications().lastImported(table.name());
        boolean anew = pending.everything() && lastImported.isPresent();
        Optional<String> from = anew ? Optional.empty() : unfinished.firstRecord();
        Optional<String> clock = lastImported.flatMap(Replication::sourceClock);
        Optional<Opening> opening = opening(run, from, clock, pending, from.isPresent() || anew);
        if (opening.isEmpty()) {
            begunKey(table, taken.get()).ifPresent(key -> sweep(taken.get(), key));
            connections.replications().delete(taken.get());
            run.letGo();
            run.foundNothing();
            stop(exchange, run, Outcome.Kind.NOTHING_TO_DO, "no new records any more.");
            return;
        }
        LOG.info(
                "Resuming {} from {}: it is exported again.",
                unfinished.messageId(),
                unfinished.state().word());
        export(exchange, run, taken.get(), plan(run, lastImported), opening.get(), clock);
    }

    /** @param clock the last window's reading of the source's clock, which goes on to hold where nothing is looked at */
    private void export(
            Exchange exchange, Run run, Replication claimed, ColumnPlan plan, Opening opening, Optional<String> clock) {
        if (run.replication().isEmpty()) {
            run.hold(connections.replications(), claimed);
        }
        mark(exchange, claimed);
        Table table = run.table();
        String key = begunKey(table, claimed).orElseGet(() -> Keys.newBase(settings, table, claimed));
        sweep(claimed, key);
        Export export = connections
                .source()
                .begin(
                        OverlapPeriod.inKeys(table, connections.replications()),
                        run.consumer().sourceTable().get(),
                        plan,
                        opening);
        run.export(export);
        run.windowFixedAsOf(export.heldBack().flatMap(HeldBack::since).orElseGet(Instant::now));
        export.heldBack().ifPresent(held -> {
            LOG.warn("{}", held.message());
            run.tell(RunEvent.Kind.HELD_BACK, held.message());
        });
        long altered = run.countAltered();
        run.to(State.EXPORTING, changes -> changes.window(export.window())
                .sourceClock(opening.clock().or(() -> clock).orElse(null))
                .alteredCount(altered)
                .key(key)
                .format(settings.format())
                .columns(plan.targetNames())
                .slices(slices()));
        LOG.info("Exporting {} {}", table.source(), describe(export.window()));
        exchange.setProperty(ReplicatorConstants.EXPORT, true);
        exchange.setProperty(ReplicatorConstants.IMPORT, run.action() == NextStep.Action.REPLICATE);
        exchange.setProperty(ReplicatorConstants.READER, reader(table, export));
        run.attempt(Keys.attempt(key, run.claimed()));
        exchange.setProperty(ReplicatorConstants.KEY, Keys.attempt(key, run.claimed()));
        exchange.setProperty(ReplicatorConstants.EXTENSION, settings.format().extension());
        exchange.setProperty("ReplicatorFormat", settings.format());
        exchange.setProperty("ReplicatorCompressionLevel", settings.integer(Setting.COMPRESSION_LEVEL, 1, 19));
        exchange.getMessage().setBody(export.selectSql());
        exchange.getMessage().setHeader(SqlConstants.SQL_DATA_SOURCE, export.dataSource());
    }

    /**
     * Parts of earlier attempts and of the last replication, if that is over: a process may have died before it deleted
     * them. What had been left before that one was exported has been deleted then. S3 is asked in any case, so that a
     * bucket that is gone is told before the source is read.
     *
     * @param base what the keys of the claimed replication begin with
     */
    private void sweep(Replication claimed, String base) {
        PartStore parts = connections.parts();
        List<String> before = connections.replications().exportedBefore(claimed).filter(this::needsNoParts).stream()
                .flatMap(replication -> replication.key().stream())
                .toList();
        List<String> left = new ArrayList<>();
        before.forEach(each -> left.addAll(parts.keys(each + ".", key -> true)));
        if (before.isEmpty() || claimed.key().isPresent()) {
            // whoever took this replication over meanwhile writes under a higher number
            left.addAll(parts.keys(base + ".", key -> Keys.attemptOf(base, key) <= claimed.version()));
        }
        if (!left.isEmpty()) {
            LOG.info("Deleting {} S3 objects that an earlier attempt left.", left.size());
            parts.delete(left);
        }
    }

    /** What its keys begin with, unless they have another prefix: under that it might never come to its end. */
    private Optional<String> begunKey(Table table, Replication claimed) {
        return claimed.key().filter(key -> key.startsWith(Keys.folder(settings, table)));
    }

    private boolean needsNoParts(Replication replication) {
        return replication.is(State.CANCELED)
                || replication.is(State.IMPORTED) && settings.flag(Setting.DELETE_S3_FILES);
    }

    private static String reader(Table table, Export export) {
        String wanted = table.option("reader").orElse("auto");
        return wanted.equals("auto") ? (export.canCopy() ? "copy" : "sql") : wanted;
    }

    private int slices() {
        return settings.integer(Setting.REDSHIFT_SLICES, 1, 6400);
    }

    private void importTaken(Exchange exchange, Run run, Replication taken) {
        run.hold(connections.replications(), taken);
        run.takeWindow();
        mark(exchange, taken);
        exchange.setProperty(ReplicatorConstants.IMPORT, true);
    }

    private Optional<Replication> takeOver(Exchange exchange, Run run, Replication unfinished) {
        Optional<Replication> taken = connections.replications().takeOver(unfinished, connections.owner());
        if (taken.isEmpty()) {
            stop(exchange, run, Outcome.Kind.HELD, "another process took it over at this moment.");
        }
        return taken;
    }

    /** Takes it over to go on with it. */
    private Optional<Replication> takeUp(Exchange exchange, Run run, Replication unfinished) {
        Optional<Replication> taken = takeOver(exchange, run, unfinished);
        taken.ifPresent(resumed -> tellRetried(run, unfinished, resumed));
        return taken;
    }

    private static void tellRetried(Run run, Replication unfinished, Replication resumed) {
        if (resumed.retries() > unfinished.retries()) {
            run.tellRetried(resumed);
        }
    }

    private static void mark(Exchange exchange, Replication claimed) {
        MDC.put("replication", claimed.messageId());
        exchange.setProperty("replication", claimed.messageId());
    }

    private SourceTable describe(Run run, boolean anew) {
        if (anew) {
            Table table = run.table();
            SourceTable described = connections.source().describe(table.source());
            SourceTable before = run.consumer().sourceTable().getAndSet(described);
            table.replicationField()
                    .filter(field -> before == null || before.isIndexed(field))
                    .filter(field -> described.column(field).isPresent() && !described.isIndexed(field))
                    .ifPresent(field -> LOG.warn(
                            "No index of {} begins with the replication field {}: every run reads the whole table."
                                    + " Create one.",
                            table.source(),
                            field));
        }
        return run.consumer().sourceTable().get();
    }

    private ColumnPlan plan(Run run, Optional<Replication> lastImported) throws SQLException {
        Table table = run.table();
        SourceTable source = describe(run, true);
        List<TargetColumn> target = connections
                .catalog()
                .columns(table.target())
                .orElseThrow(() -> new IllegalArgumentException("Table " + table.name() + ": couldn't find table "
                        + table.target() + " on Redshift. Create it there"
                        + (lastImported.isPresent() && table.strategy() != Strategy.FULL
                                ? ", and 'reset " + table.name() + "' to fill it with the rows that were moved before"
                                : "")
                        + "; nothing was exported."));
        if (new SchemaChanges(connections, table, change -> run.tell(RunEvent.Kind.SCHEMA_CHANGED, change))
                .follow(source, target)) {
            target = connections.catalog().columns(table.target()).orElseThrow();
        }
        ColumnPlan plan = ColumnPlan.of(table, source.columns(), target);
        if (lastImported.isPresent()) {
            tellOfLostColumns(run, lastImported.get(), plan, target);
        }
        connections.source().check(table, source, plan);
        return plan;
    }

    /** Once, for the columns of a replication are those that the next one is compared with. */
    private static void tellOfLostColumns(Run run, Replication last, ColumnPlan plan, List<TargetColumn> target) {
        List<String> lost = target.stream()
                .map(TargetColumn::name)
                .filter(column ->
                        last.columns().contains(column) && !plan.targetNames().contains(column))
                .toList();
        if (!lost.isEmpty()) {
            String sentence =
                    "The source " + run.table().source() + " has no column any more for " + String.join(", ", lost)
                            + " of " + run.table().target() + ": rows that are moved from now on have NULL there.";
            LOG.warn("{}", sentence);
            run.tell(RunEvent.Kind.SCHEMA_CHANGED, sentence);
        }
    }

    private static String describe(Window window) {
        return window.equals(Window.EVERYTHING)
                ? "(everything)"
                : "from " + window.first().orElse("the beginning") + " to "
                        + window.last().orElse("the end");
    }

    private void stop(Exchange exchange, Run run, Outcome.Kind kind, String message) {
        LOG.info("{}", message);
        run.end(kind, message);
        exchange.setRouteStop(true);
    }

    private void fail(Exchange exchange, Run run, FailureKind kind, String message) {
        LOG.error("{}", message);
        run.endFailed(kind, message);
        exchange.setRouteStop(true);
    }
}
