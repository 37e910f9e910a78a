package io.github.redshiftreplicator.management;

import org.apache.camel.CamelExecutionException;

/** What went wrong, as one line for people. */
final class Message {
    private Message() {}

    static String of(Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null && (cause instanceof CamelExecutionException || cause.getMessage() == null)) {
            cause = cause.getCause();
        }
        String text = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
