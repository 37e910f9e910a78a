package io.github.redshiftreplicator.redshift;

/** A reconciliation would have removed more of its target than it may. Nothing was removed. */
public final class TooManyDeletesException extends RefusedDataException {
    private static final long serialVersionUID = 1L;

    TooManyDeletesException(String message) {
        super(message);
    }
}
