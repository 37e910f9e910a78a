package io.github.redshiftreplicator.table;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How a table is replicated: which rows a replication moves, and how they enter the target. */
public enum Strategy {
    /** Append the rows whose key grew. */
    IDENTITY("id"),
    /** Merge the rows whose timestamp moved. */
    TIMED("updated_at"),
    /** Replace everything. */
    FULL(null);

    private final String defaultReplicationField;

    Strategy(String defaultReplicationField) {
        this.defaultReplicationField = defaultReplicationField;
    }

    /** The word used for this strategy in route files, the state table and on screen, never null. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The replication field where a table names none, or null for {@link #FULL}, which has none. */
    public String defaultReplicationField() {
        return defaultReplicationField;
    }

    /**
     * Finds a strategy by its word.
     *
     * @throws IllegalArgumentException if there is no such strategy; the message names the known ones
     */
    public static Strategy of(String word) {
        for (Strategy strategy : values()) {
            if (strategy.word().equalsIgnoreCase(word == null ? "" : word.strip())) {
                return strategy;
            }
        }
        throw new IllegalArgumentException("Unknown strategy '" + word + "': use one of " + known() + ".");
    }

    private static String known() {
        return Arrays.stream(values()).map(Strategy::word).collect(Collectors.joining(", "));
    }
}
