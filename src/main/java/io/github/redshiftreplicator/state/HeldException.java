package io.github.redshiftreplicator.state;

/** Something was asked of a replication that a living owner is working on. */
public class HeldException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** @param message names the replication, its owner and until when it holds it */
    public HeldException(String message) {
        super(message);
    }
}
