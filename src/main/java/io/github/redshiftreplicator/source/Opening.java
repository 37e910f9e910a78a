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

    /** The record from which the window starts, empty: from the beginning. */
    public Optional<String> from() {
        return from;
    }

    Optional<Look> look() {
        return look;
    }
}
