package io.github.redshiftreplicator.source;

import java.util.Optional;

/**
 * The answer that there is something to move, and what {@link SourceDatabase#begin} needs to fix the window: it stays
 * valid however much later that happens, for the bound only grows more careful with age. Immutable.
 */
public final class Opening {
    private final Optional<String> from;
    private final Optional<Look> look;
    private final Optional<String> clock;

    Opening(Optional<String> from, Optional<Look> look, Optional<String> clock) {
        this.from = from;
        this.look = look;
        this.clock = clock;
    }

    /** An empty window that ends where it starts: nothing is to be moved but what is asked for beside it. */
    public static Opening ofNothing(Optional<String> from) {
        return new Opening(from, Optional.empty(), Optional.empty());
    }

    /** The record from which the window starts, empty: from the beginning. */
    public Optional<String> from() {
        return from;
    }

    /**
     * The source's clock beside this machine's when the window was looked at, for the next {@link SourceDatabase#probe};
     * empty where nothing was looked at or the source's clock is not asked.
     */
    public Optional<String> clock() {
        return clock;
    }

    Optional<Look> look() {
        return look;
    }
}
