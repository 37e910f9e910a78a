package io.github.redshiftreplicator.table;

/**
 * The CSV that parts are written in and that COPY is told to read: RFC 4180 with doubled quotes and line feeds, and a
 * marker of our own for NULL.
 */
public final class CsvFormat {
    /**
     * Stands, unquoted, for NULL. Redshift's documentation leaves open whether a quoted marker loads as NULL too, so
     * this one is chosen to be no one's value; COPY's own default {@code \N} may well be.
     */
    public static final String NULL_MARKER = "\\N@~";

    public static final char DELIMITER = ',';
    public static final char QUOTE = '"';

    private CsvFormat() {}
}
