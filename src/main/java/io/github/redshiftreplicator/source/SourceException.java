package io.github.redshiftreplicator.source;

/** The source cannot be read as asked. The message is one sentence for the operator and holds no secret. */
public class SourceException extends RuntimeException {
    public SourceException(String message) {
        super(message);
    }

    public SourceException(String message, Throwable cause) {
        super(message, cause);
    }
}
