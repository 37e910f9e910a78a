package io.github.redshiftreplicator.table;

/**
 * The CSV that parts are written in and COPY reads: RFC 4180 with NULL told from the empty string.
 *
 * <p>NULL is the unquoted {@link #NULL_MARKER}. Every field that is a value may be quoted; one that equals the marker
 * must be.
 */
public final class CsvFormat {
    /**
     * The unquoted field that means NULL.
     *
     * <p>Redshift's documentation leaves open whether a <em>quoted</em> field that equals {@code NULL AS} loads as NULL
     * too ("Data conversion parameters", NULL AS). So the marker is a text that no value has by chance, not
     * {@code \N}: short, since it is repeated for every NULL, of printable ASCII, and without a backslash, a quote or a
     * delimiter, so that it reads the same in CSV, in a SQL literal and in a regular expression. A writer that meets
     * it as a value ought to refuse the row rather than risk a NULL.
     */
    public static final String NULL_MARKER = "@NULL7Kq@";

    /** Encloses a field; doubled inside one. */
    public static final char QUOTE = '"';

    /** Separates fields. */
    public static final char DELIMITER = ',';

    /** Ends a row. */
    public static final String ROW_END = "\n";

    private CsvFormat() {}
}
