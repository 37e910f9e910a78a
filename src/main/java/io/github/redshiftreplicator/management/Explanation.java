package io.github.redshiftreplicator.management;

import io.github.redshiftreplicator.config.Secrets;
import java.net.ConnectException;
import java.net.UnknownHostException;
import org.apache.camel.CamelExecutionException;
import org.springframework.core.NestedRuntimeException;

/** Says in one line what went wrong, for people. */
public final class Explanation {
    private Explanation() {}

    /** The message of the error that others only pass on, without secrets. */
    public static String of(Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null
                && (cause instanceof CamelExecutionException
                        || cause instanceof NestedRuntimeException
                        || cause.getMessage() == null)) {
            cause = cause.getCause();
        }
        if (cause instanceof ConnectException || cause instanceof UnknownHostException) {
            return "Cannot connect: " + Secrets.masked(String.valueOf(cause.getMessage()));
        }
        // an error of the JVM says what it is by its name only
        String text = cause.getMessage() == null || cause instanceof Error ? cause.toString() : cause.getMessage();
        return Secrets.masked(text).strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
