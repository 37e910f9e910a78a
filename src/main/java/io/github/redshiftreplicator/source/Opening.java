package io.github.redshiftreplicator.source;

import java.util.Optional;

/**
 * The answer that there is something to move, and what {@link SourceDatabase#begin} needs to fix the window: it stays
 * valid however much later that happens, for the bound only grows more careful with age. Immutable.
 */
public final class Opening {
    private final Optional<String> from;
    private final Optional<Look> look;

    Opening(Optional<String> from, Optional<Look> look) {
        this.from = from;
        this.look = look;
    }

    /** An empty window that ends where it starts: nothing is to be moved but what is asked for beside it. */
    public static Opening ofNothing(Optional<String> from) {
        return new Opening(from, Optional.empty());
    }

    /** The record from which the window starts, empty: from the beginning. */
    public Optional<String> from() {
        return from;
    }

    Optional<Look> look() {
        return look;
    }
}
