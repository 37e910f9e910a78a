package io.github.redshiftreplicator.config;

/** A configuration key or value that cannot be used; the message says which, why and what to do. */
public class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SettingsException(String message) {
        super(message);
    }
}
