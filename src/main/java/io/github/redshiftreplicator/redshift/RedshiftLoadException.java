package io.github.redshiftreplicator.redshift;

import java.util.List;
import org.apache.camel.RuntimeCamelException;

/**
 * An operation on Redshift failed for good: nothing of it is in the target, unless the message says that this is
 * unknown. The message is one sentence for an operator and holds no secret.
 */
public class RedshiftLoadException extends RuntimeCamelException {
    private static final long serialVersionUID = 1;

    private final transient List<LoadError> loadErrors;

    RedshiftLoadException(String message) {
        this(message, null, List.of());
    }

    RedshiftLoadException(String message, Throwable cause) {
        this(message, cause, List.of());
    }

    RedshiftLoadException(String message, Throwable cause, List<LoadError> loadErrors) {
        super(message, cause);
        this.loadErrors = List.copyOf(loadErrors);
    }

    /** What Redshift recorded of this COPY's errors, the first one first; empty if it recorded or showed none. */
    public List<LoadError> loadErrors() {
        return loadErrors == null ? List.of() : loadErrors;
    }
}
