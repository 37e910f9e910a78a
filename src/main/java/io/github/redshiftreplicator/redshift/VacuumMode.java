package io.github.redshiftreplicator.redshift;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What VACUUM does ("VACUUM" in Redshift's documentation). */
public enum VacuumMode {
    /** REINDEX for a table with an interleaved sort key, FULL for every other, where either is worth it. */
    AUTO("auto"),
    /** Sort and reclaim. */
    FULL("full"),
    /** Sort, and leave the deleted rows' space. */
    SORT_ONLY("sort only"),
    /** Reclaim the deleted rows' space, and leave the order. */
    DELETE_ONLY("delete only"),
    /** Analyse an interleaved sort key anew, then FULL. */
    REINDEX("reindex");

    private final String word;

    VacuumMode(String word) {
        this.word = word;
    }

    /** The words used in URIs and configuration, never null. */
    public String word() {
        return word;
    }

    /** The words in SQL. */
    String sql() {
        return word.toUpperCase(Locale.ROOT);
    }

    /**
     * Finds a mode by its words; a blank, an underscore and a hyphen between them are the same.
     *
     * @throws IllegalArgumentException if there is no such mode; the message names the known ones
     */
    public static VacuumMode of(String words) {
        String wanted = words.strip().replace('_', ' ').replace('-', ' ');
        for (VacuumMode mode : values()) {
            if (mode.word.equalsIgnoreCase(wanted)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("Unknown vacuum mode '" + words + "': use one of "
                + Arrays.stream(values()).map(VacuumMode::word).collect(Collectors.joining(", ")) + ".");
    }
}
