package io.github.redshiftreplicator.route;

import java.util.Optional;

/**
 * What a run is asked to move.
 *
 * @param kind which rows
 * @param from the first record of {@link Kind#RESYNC}, included; empty: from the beginning
 * @param to its last, included; empty: to the end of what has been replicated
 */
public record Request(Kind kind, Optional<String> from, Optional<String> to) {
    /** Which rows. */
    public enum Kind {
        /** The next window, and the queued deletions. */
        WINDOW,
        /** The queued deletions only. */
        DELETIONS,
        /** No rows: the target's rows that the source does not have are deleted. */
        RECONCILE,
        /** The rows of a range once more, and the queued deletions; the next window starts where it did. */
        RESYNC
    }

    /** What a schedule asks for. */
    public static final Request WINDOW = of(Kind.WINDOW);

    /** A request without a range. */
    public static Request of(Kind kind) {
        return new Request(kind, Optional.empty(), Optional.empty());
    }

    boolean is(Kind wanted) {
        return kind == wanted;
    }
}
