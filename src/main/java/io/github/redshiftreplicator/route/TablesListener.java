package io.github.redshiftreplicator.route;

/** Told of tables whose route comes and goes, by the thread that starts or removes the route. */
public interface TablesListener {
    void added(TableConsumer table);

    void removed(TableConsumer table);
}
