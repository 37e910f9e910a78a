package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.config.Secrets;
import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.export.PartStore;
import io.github.redshiftreplicator.redshift.GivenUpLoadException;
import io.github.redshiftreplicator.redshift.TooManyDeletesException;
import io.github.redshiftreplicator.state.LostClaimException;
import io.github.redshiftreplicator.state.Replication;
import io.github.redshiftreplicator.state.State;
import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.RuntimeCamelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedRuntimeException;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;

/** Records that a run failed: in the state table, so that the next run resumes, and in the log. */
final class Failure {
    private static final Logger LOG = LoggerFactory.getLogger(Failure.class);

    /** What S3 answers to a request that went to another region than the bucket's, in Redshift's words. */
    private static final Pattern ANOTHER_REGION =
            Pattern.compile("must be addressed using the specified endpoint|PermanentRedirect");

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
        String message = refusedRows.orElseGet(() -> remedy(text)
                .map(remedy -> text + (text.endsWith(".") ? " " : ". ") + remedy)
                .orElse(text));
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
                        cause(e).getMessage());
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
        CamelContext context = run.consumer().getEndpoint().getCamelContext();
        if (context.isStopping() && context.getShutdownStrategy().isTimeoutOccurred()) {
            return "stopped with the process before it was done; the next run resumes it.";
        }
        if (cause instanceof OutOfMemoryError) {
            return "the JVM's memory does not suffice (" + cause.getMessage()
                    + "): set a larger -Xmx in JAVA_OPTS, or a" + " smaller " + Setting.PART_SIZE.key()
                    + "; one row must fit in any case.";
        }
        boolean speaks = cause.getMessage() != null && !(cause instanceof Error);
        return S3Failure.explain(cause, run.consumer().settings())
                .orElseGet(() -> place() + Secrets.masked(speaks ? cause.getMessage() : cause.toString()))
                .strip()
                .replaceAll("\\s*\\R\\s*", " ");
    }

    /** What Redshift, which knows no keys of ours, cannot say: which of them to change. */
    private Optional<String> remedy(String text) {
        Settings settings = run.consumer().settings();
        if (kind == FailureKind.REDSHIFT && ANOTHER_REGION.matcher(text).find()) {
            return Optional.of("The bucket is in another region than " + settings.require(Setting.S3_REGION) + ": set "
                    + Setting.S3_REGION.key() + " to its own.");
        }
        boolean uploaded = run.replication()
                .filter(r -> r.is(State.UPLOADED) || r.is(State.IMPORTING))
                .isPresent();
        if (!uploaded || (kind != FailureKind.REDSHIFT && kind != FailureKind.S3) || manifestIsThere()) {
            return Optional.empty();
        }
        return Optional.of("What was uploaded is not in the bucket " + settings.require(Setting.S3_BUCKET) + ": set "
                + Setting.S3_BUCKET.key() + " to the one where it is, or 'cancel "
                + run.table().name() + "' has the window exported anew.");
    }

    private boolean manifestIsThere() {
        try {
            PartStore parts = run.connections().parts();
            return run.replication()
                    .flatMap(Replication::manifest)
                    .filter(manifest -> parts.keys(manifest, manifest::equals).isEmpty())
                    .isEmpty();
        } catch (NoSuchBucketException e) {
            return false;
        } catch (RuntimeException e) {
            LOG.debug("Whether the manifest is in the bucket cannot be seen", e);
            return true;
        }
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
                        || cause instanceof CamelExecutionException
                        || cause.getClass() == RuntimeCamelException.class
                        || cause instanceof NestedRuntimeException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
