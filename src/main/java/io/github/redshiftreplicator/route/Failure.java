package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.export.PartStore;
import io.github.redshiftreplicator.redshift.GivenUpLoadException;
import io.github.redshiftreplicator.redshift.TooManyDeletesException;
import io.github.redshiftreplicator.state.LostClaimException;
import java.sql.SQLException;
import java.util.Optional;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.RuntimeCamelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedRuntimeException;

/** Records that a run failed: in the state table, so that the next run resumes, and in the log. */
final class Failure {
    private static final Logger LOG = LoggerFactory.getLogger(Failure.class);

    private final Run run;
    private final Throwable cause;
    private final FailureKind kind;

    /** @param step the endpoint that was called last, null if none was */
    Failure(Run run, Exception error, String step) {
        this.run = run;
        this.cause = cause(error);
        this.kind = FailureKind.of(error, step != null && step.startsWith("sql:"));
    }

    Outcome record() {
        String text = text();
        Optional<String> refusedRows =
                new RefusedRows(run.consumer().connections(), run.table(), run.replication()).explain(cause, text);
        String message = refusedRows.orElse(text);
        LOG.error("{}", message);
        LOG.debug("The run failed.", cause);
        if (cause instanceof LostClaimException) {
            run.abandonedKeys().ifPresent(this::delete);
        } else {
            try {
                if (cause instanceof TooManyDeletesException) {
                    run.tell(RunEvent.Kind.DELETES_GUARDED, message);
                }
                if (cause instanceof TooManyDeletesException || cause instanceof GivenUpLoadException) {
                    // what it refuses now it would refuse at every try
                    run.cancel(message);
                    run.tell(RunEvent.Kind.CANCELED, "canceled: " + message);
                } else {
                    run.recordFailure(message);
                }
            } catch (RuntimeException e) {
                LOG.warn(
                        "The failure could not be recorded ({}); the claim runs out by itself and the next run resumes.",
                        e.getMessage());
            }
        }
        return Outcome.failed(
                run.table().name(), refusedRows.isPresent() ? FailureKind.DATA : kind, message, run.replication());
    }

    private void delete(String keys) {
        try {
            PartStore parts = run.connections().parts();
            parts.delete(parts.keys(keys, key -> true));
        } catch (RuntimeException e) {
            LOG.warn("The S3 objects {}… stay until the next export: {}", keys, e.getMessage());
        }
    }

    private String text() {
        return S3Failure.explain(cause, run.consumer().settings())
                .orElseGet(() -> place() + (cause.getMessage() == null ? cause.toString() : cause.getMessage()))
                .strip()
                .replaceAll("\\s*\\R\\s*", " ");
    }

    /** Whose words an error is that a driver has worded. */
    private String place() {
        if (!(cause instanceof SQLException) || cause instanceof UnreachableException) {
            return "";
        }
        return switch (kind) {
            case STATE ->
                "The state table " + run.consumer().settings().require(Setting.STATE_TABLE) + " cannot be used: ";
            case REDSHIFT -> "Asking Redshift failed: ";
            default -> "Reading the source failed: ";
        };
    }

    /** What Camel and Spring wrapped: their own exceptions say where, which the log says anyway. */
    private static Throwable cause(Throwable error) {
        Throwable cause = error;
        while ((cause instanceof CamelExchangeException
                        || cause.getClass() == RuntimeCamelException.class
                        || cause instanceof NestedRuntimeException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
