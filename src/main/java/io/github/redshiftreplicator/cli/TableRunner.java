package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.config.SettingsException;
import io.github.redshiftreplicator.route.Outcome;
import io.github.redshiftreplicator.route.TableConsumer;
import io.github.redshiftreplicator.route.Tables;
import io.github.redshiftreplicator.state.NextStep;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** Runs one action on several tables, as many at once as {@link Tables} allows. */
final class TableRunner {
    private static final String ALL = "all";

    private final Tables tables;

    TableRunner(Tables tables) {
        this.tables = tables;
    }

    /**
     * The tables that a command line names.
     *
     * @param names names; none, or {@code all}: every table, whether or not one is called so
     * @param unknown told of every name that is no table's, where another one is
     * @throws SettingsException if none of them is a table's; the message is of each
     */
    Set<TableConsumer> select(List<String> names, Consumer<String> unknown) {
        Set<TableConsumer> selected = new LinkedHashSet<>();
        List<String> complaints = new ArrayList<>();
        for (String name : names.isEmpty() ? List.of(ALL) : names) {
            if (name.equals(ALL)) {
                selected.addAll(tables.all());
            } else {
                tables.find(name).ifPresentOrElse(selected::add, () -> complaints.add(tables.unknown(name)));
            }
        }
        if (selected.isEmpty() && !complaints.isEmpty()) {
            throw new SettingsException(String.join(System.lineSeparator(), complaints));
        }
        complaints.forEach(unknown);
        return selected;
    }

    /**
     * Runs the action on every table and waits for all.
     *
     * @param finished told of each outcome as it comes, by one thread at a time
     * @return the outcomes in the order of the tables
     */
    List<Outcome> run(Collection<TableConsumer> selected, NextStep.Action action, Consumer<Outcome> finished)
            throws InterruptedException {
        List<TableConsumer> ordered = List.copyOf(selected);
        ExecutorService threads =
                Executors.newFixedThreadPool(Math.max(1, Math.min(ordered.size(), tables.concurrentTables())));
        CompletionService<Integer> completions = new ExecutorCompletionService<>(threads);
        Outcome[] outcomes = new Outcome[ordered.size()];
        try {
            for (int i = 0; i < outcomes.length; i++) {
                int index = i;
                completions.submit(() -> outcomes[index] = ordered.get(index).run(action), index);
            }
            for (int i = 0; i < outcomes.length; i++) {
                finished.accept(outcomes[completions.take().get()]);
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            threads.shutdown();
        }
        return new ArrayList<>(List.of(outcomes));
    }
}
