package io.github.redshiftreplicator.state;

/** The state table cannot be created or used. The message names the remedy. */
public class StateTableException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** @param message one sentence with the remedy */
    public StateTableException(String message, Throwable cause) {
        super(message, cause);
    }
}
