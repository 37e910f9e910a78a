package io.github.redshiftreplicator.redshift;

/** An append was refused because a load that was given up, and whose rows it moves again, was committed after all. */
public final class GivenUpLoadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String loadId;

    GivenUpLoadException(String message, String loadId) {
        super(message);
        this.loadId = loadId;
    }

    /** The load that was committed. */
    public String loadId() {
        return loadId;
    }
}
