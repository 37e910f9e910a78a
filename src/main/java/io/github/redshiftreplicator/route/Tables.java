package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.config.Nearest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/** The tables that have a route, by name, and how many of them may run at once. Thread-safe. */
public final class Tables {
    private final Map<String, TableConsumer> byName = new ConcurrentSkipListMap<>();
    private final List<TablesListener> listeners = new CopyOnWriteArrayList<>();
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
