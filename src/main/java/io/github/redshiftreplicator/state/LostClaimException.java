package io.github.redshiftreplicator.state;

/** A replication is no longer this process's to work on. Whoever gets this must stop without touching anything else. */
public class LostClaimException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** @param message names the replication and who has it now */
    public LostClaimException(String message) {
        super(message);
    }
}
