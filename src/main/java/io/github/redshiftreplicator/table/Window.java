package io.github.redshiftreplicator.table;

import java.util.Optional;

/**
 * The range of the replication field that one replication moves, in the source's own text form.
 *
 * <p>identity: {@code (first, last]}; timed: {@code [first, last)}; full: both empty.
 *
 * @param first the last record of the replication before this one; empty: from the beginning
 * @param last the bound fixed before the rows are read; empty only where there is no replication field
 */
public record Window(Optional<String> first, Optional<String> last) {
    /** The window of a full refresh: everything. */
    public static final Window EVERYTHING = new Window(Optional.empty(), Optional.empty());
}
