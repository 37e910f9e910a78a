package io.github.redshiftreplicator.source;

import io.github.redshiftreplicator.table.JsonNumbers;

/**
 * A row was read that must not be loaded as it is. The message is one sentence; {@link SourceDatabase#offenders} finds the
 * row.
 */
public final class ValueRefusedException extends SourceException {
    private static final long serialVersionUID = 1;

    ValueRefusedException(String message) {
        super(message);
    }

    static ValueRefusedException numberBeyondSuper() {
        return new ValueRefusedException(
                "a column holds " + JsonNumbers.BEYOND + ": change the value, or set onOverflow to null.");
    }
}
