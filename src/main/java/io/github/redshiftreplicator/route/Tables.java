package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.config.Nearest;
import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.Table;
import io.github.redshiftreplicator.table.TableName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.lang3.function.FailableFunction;

/** The tables that have a route, by name, and how many of them may run at once. Thread-safe. */
public final class Tables {
    private final Map<String, TableConsumer> byName = new ConcurrentSkipListMap<>();
    private final List<TablesListener> listeners = new CopyOnWriteArrayList<>();
    private volatile int concurrentTables = 1;
    private volatile Semaphore running = new Semaphore(1, true);
    private volatile Function<TableConsumer, String> origin = table -> "the route '" + table.getRouteId() + "'";

    void limit(int atOnce) {
        concurrentTables = atOnce;
        running = new Semaphore(atOnce, true);
    }

    /** How many tables run at once at the most. */
    public int concurrentTables() {
        return concurrentTables;
    }

    /** Adds a table whose route starts. Camel makes a new consumer when a stopped route starts again. */
    synchronized void add(TableConsumer table) {
        String name = table.table().name();
        TableConsumer before = byName.get(name);
        if (before == table) {
            return;
        }
        if (before != null && before.isRunAllowed()) {
            throw new IllegalArgumentException(
                    "Two routes are named '" + name + "': give each table file its own routeId.");
        }
        byName.put(name, table);
        if (before != null) {
            listeners.forEach(listener -> listener.removed(before));
        }
        listeners.forEach(listener -> listener.added(table));
    }

    void remove(TableConsumer table) {
        if (table.table() != null && byName.remove(table.table().name(), table)) {
            listeners.forEach(listener -> listener.removed(table));
        }
    }

    /** Tells a listener of the tables there are and of every one that comes and goes from now on. */
    public void listen(TablesListener listener) {
        listeners.add(listener);
        all().forEach(listener::added);
    }

    /** Takes a place among the tables that run at once, in the order of asking; to be released. */
    Semaphore running() {
        return running;
    }

    /** Every table, in the order of their names. */
    public Collection<TableConsumer> all() {
        return new ArrayList<>(byName.values());
    }

    /** Finds a table by its name, or by its source's name where that is no other table's name. */
    public Optional<TableConsumer> find(String name) {
        TableConsumer table = byName.get(name);
        if (table != null) {
            return Optional.of(table);
        }
        List<TableConsumer> bySource = byName.values().stream()
                .filter(t -> t.table().source().toString().equals(name))
                .toList();
        return bySource.size() == 1 ? Optional.of(bySource.get(0)) : Optional.empty();
    }

    /** Says where a table's route is written, for messages; without it, only the route's id is known. */
    void writtenIn(Function<TableConsumer, String> places) {
        origin = places;
    }

    /**
     * One sentence on the tables that have the same target as this one, none of which may run; empty if the target is its
     * own. Whatever their strategies are, one would undo the other: an append doubles the rows, and a replacement (that
     * of the strategy full, of a reset, of a TRUNCATE) or a reconciliation removes them.
     *
     * @param qualify gives a name that has no schema its schema; where it does not, such a name is another than one with a
     *     schema. Asked only about names that differ in this alone.
     */
    <E extends Exception> Optional<String> sharedTarget(
            TableConsumer table, FailableFunction<TableName, TableName, E> qualify) throws E {
        return sharedTarget(table.table(), origin.apply(table), other -> other != table, qualify);
    }

    /**
     * The same of a table that is none of these yet.
     *
     * @param place where its route is written
     * @param others which of these count
     */
    <E extends Exception> Optional<String> sharedTarget(
            Table table,
            String place,
            Predicate<TableConsumer> others,
            FailableFunction<TableName, TableName, E> qualify)
            throws E {
        List<String> places = new ArrayList<>();
        for (TableConsumer other : all()) {
            if (others.test(other) && isSame(table.target(), other.table().target(), qualify)) {
                places.add(origin.apply(other));
            }
        }
        return places.isEmpty()
                ? Optional.empty()
                : Optional.of(Stream.concat(Stream.of(place), places.stream())
                                .sorted()
                                .collect(Collectors.joining(" and "))
                        + " replicate into " + ColumnPlan.fold(table.target().toString())
                        + ", so that one would double, replace or delete the rows of another: give each its own targetTable"
                        + " (a view in Redshift unites them), or remove all but one.");
    }

    /** Redshift folds names to lower case. */
    private static <E extends Exception> boolean isSame(
            TableName one, TableName other, FailableFunction<TableName, TableName, E> qualify) throws E {
        if (!ColumnPlan.fold(one.name()).equals(ColumnPlan.fold(other.name()))) {
            return false;
        }
        boolean alike = one.schema().isPresent() == other.schema().isPresent();
        Optional<String> schema = (alike ? one : qualify.apply(one)).schema();
        Optional<String> otherSchema = (alike ? other : qualify.apply(other)).schema();
        return schema.map(ColumnPlan::fold).equals(otherSchema.map(ColumnPlan::fold));
    }

    /** @throws IllegalArgumentException if there is no such table; the message names the nearest */
    public TableConsumer require(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException(unknown(name)));
    }

    /** One sentence on a table that is not registered. */
    public String unknown(String name) {
        return "There is no table '" + name + "' in routes/tables"
                + Nearest.to(name, byName.keySet())
                        .map(near -> ": did you mean '" + near + "'?")
                        .orElse(": it holds no table at all.");
    }
}
