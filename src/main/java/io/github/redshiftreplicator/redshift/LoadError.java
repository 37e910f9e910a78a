package io.github.redshiftreplicator.redshift;

import java.util.Optional;

/**
 * Where and why COPY refused a row, as Redshift's load error views tell it ({@code SYS_LOAD_ERROR_DETAIL},
 * {@code STL_LOAD_ERRORS}).
 *
 * @param file the part's URL
 * @param line the line in it, from 1
 * @param column the target's column, empty if the row as a whole is wrong
 * @param type the column's type with its length, as far as known
 * @param position the offset of the error in the field
 * @param value the field as read, cut off by Redshift at 1024 bytes; absent where only the SYS view is there
 * @param rawLine the line as read, cut off likewise
 * @param code Redshift's number of the error ("Load error reference")
 * @param reason the error in words
 */
public record LoadError(
        String file,
        long line,
        String column,
        String type,
        int position,
        Optional<String> value,
        Optional<String> rawLine,
        int code,
        String reason) {

    /** The error as one clause of a sentence. */
    public String describe() {
        return "line " + line + " of " + file
                + (column.isEmpty() ? "" : ", column " + column + (type.isEmpty() ? "" : " (" + type + ")")) + ": "
                + reason + value.map(text -> "; value '" + text + "'").orElse("");
    }
}
