package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.config.Secrets;
import java.net.ConnectException;
import java.net.UnknownHostException;
import org.springframework.core.NestedRuntimeException;

/** Says in one line what went wrong, for people. */
final class Explanation {
    private Explanation() {}

    static String of(Throwable error) {
        Throwable cause = error;
        while ((cause.getMessage() == null || cause instanceof NestedRuntimeException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof ConnectException || cause instanceof UnknownHostException) {
            return "Cannot connect: " + cause.getMessage();
        }
        String text = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return Secrets.masked(text).strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
