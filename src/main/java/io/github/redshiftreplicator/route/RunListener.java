package io.github.redshiftreplicator.route;

/**
 * Told of every step of every run, in order for each table, by the thread that runs it. It should return at once: the
 * run waits. What it throws is logged and changes nothing for the run.
 */
@FunctionalInterface
public interface RunListener {
    void happened(RunEvent event);
}
