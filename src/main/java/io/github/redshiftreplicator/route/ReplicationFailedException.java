package io.github.redshiftreplicator.route;

/** A table's run failed; thrown only to a route that asked for the run, after everything was recorded. */
public class ReplicationFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ReplicationFailedException(Outcome outcome) {
        super(outcome.message());
    }
}
