package io.github.redshiftreplicator.table;

import java.util.function.BiPredicate;

/**
 * Something that a source column can hold and its target column cannot, with the SQL that finds and that alters it.
 * Immutable.
 *
 * @param kind which policy decides
 * @param what what the value has, as words after "holds", e.g. "more than {n} bytes"
 * @param silent whether COPY would load another value instead of refusing the row, so that the SELECT itself must refuse
 * @param possible whether a value of these declarations can have it at all; if not, it costs nothing
 * @param condition SQL that is true for such a value; {@link TypeMapping} lists the placeholders
 * @param replacement SQL of the nearest value that fits, of the same type
 */
public record Hazard(
        Kind kind,
        String what,
        boolean silent,
        BiPredicate<SourceColumn, TargetColumn> possible,
        String condition,
        String replacement) {

    /** The two policies. */
    public enum Kind {
        /** Too long, too large, too precise: {@code onOverflow}. */
        OVERFLOW,
        /** Nothing that the target's type knows: {@code onInvalid}. */
        INVALID
    }
}
