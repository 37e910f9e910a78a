package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.config.Nearest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;

/** The tables that have a route, by name, and how many of them may run at once. Thread-safe. */
public final class Tables {
    private final Map<String, TableConsumer> byName = new ConcurrentSkipListMap<>();
    private volatile int concurrentTables = 1;
    private volatile Semaphore running = new Semaphore(1, true);

    void limit(int atOnce) {
        concurrentTables = atOnce;
        running = new Semaphore(atOnce, true);
    }

    /** How many tables run at once at the most. */
    public int concurrentTables() {
        return concurrentTables;
    }

    void add(TableConsumer table) {
        TableConsumer other = byName.putIfAbsent(table.table().name(), table);
        if (other != null && other != table) {
            throw new IllegalArgumentException(
                    "Two routes are named '" + table.table().name() + "': give each table file its own routeId.");
        }
    }

    void remove(TableConsumer table) {
        byName.remove(table.table().name(), table);
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
