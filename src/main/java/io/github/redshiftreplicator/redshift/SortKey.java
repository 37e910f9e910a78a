package io.github.redshiftreplicator.redshift;

/** The kind of a table's sort key. */
public enum SortKey {
    /** None, or unknown. */
    NONE,
    /** Rows are ordered by the first column, then the second, and so on. */
    COMPOUND,
    /** Every column of the key weighs the same; only VACUUM REINDEX restores it. */
    INTERLEAVED
}
