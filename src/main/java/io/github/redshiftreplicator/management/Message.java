package io.github.redshiftreplicator.management;

import io.github.redshiftreplicator.config.Secrets;
import org.apache.camel.CamelExecutionException;
import org.springframework.core.NestedRuntimeException;

/** What went wrong, as one line for people. */
final class Message {
    private Message() {}

    static String of(Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null
                && (cause instanceof CamelExecutionException
                        || cause instanceof NestedRuntimeException
                        || cause.getMessage() == null)) {
            cause = cause.getCause();
        }
        String text = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return Secrets.masked(text).strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
