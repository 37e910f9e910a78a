package io.github.redshiftreplicator.redshift;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a {@code redshift:} endpoint does to its table. */
public enum RedshiftOperation {
    /** COPY the parts into the target. */
    APPEND,
    /** Replace the target's rows that have the parts' keys, and add the others. */
    MERGE,
    /** Replace all of the target's rows by the parts'. */
    REPLACE,
    /** Delete the target's rows that have the given keys. */
    DELETE,
    /** Reclaim space and sort. */
    VACUUM,
    /** Renew the planner's statistics. */
    ANALYZE;

    /** The word used in URIs and messages, never null. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether this operation cannot do without COPY. */
    boolean alwaysCopies() {
        return this == APPEND || this == MERGE || this == REPLACE;
    }

    /**
     * Finds an operation by its word.
     *
     * @throws IllegalArgumentException if there is no such operation; the message names the known ones
     */
    public static RedshiftOperation of(String word) {
        for (RedshiftOperation operation : values()) {
            if (operation.word().equalsIgnoreCase(word)) {
                return operation;
            }
        }
        throw new IllegalArgumentException("Unknown operation redshift:" + word + ": use one of "
                + Arrays.stream(values()).map(RedshiftOperation::word).collect(Collectors.joining(", ")) + ".");
    }
}
