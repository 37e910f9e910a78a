package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.state.Replication;
import io.github.redshiftreplicator.table.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * One step of a run. Immutable.
 *
 * @param kind what happened
 * @param table the table it happened to
 * @param message one sentence for people; never holds a secret
 * @param replication the replication as it stands after the step, empty if there is none
 * @param took how long the step lasted; zero where that says nothing
 * @param time when, by this process's clock
 * @param failure where to look, empty unless the run failed
 */
public record RunEvent(
        Kind kind,
        Table table,
        String message,
        Optional<Replication> replication,
        Duration took,
        Instant time,
        Optional<FailureKind> failure) {

    /** What may happen. */
    public enum Kind {
        STARTED(Severity.INFO),
        NOTHING_TO_DO(Severity.INFO),
        /** Another process is replicating the table. */
        HELD(Severity.INFO),
        /** The window ends before the present because a transaction in the source is still running. */
        HELD_BACK(Severity.WARNING),
        /** A policy alters values that do not fit the target. */
        ALTERED(Severity.WARNING),
        /** The source's definition changed; the target follows, or would. */
        SCHEMA_CHANGED(Severity.WARNING),
        /** A reconciliation would delete more rows than it may: none is. */
        DELETES_GUARDED(Severity.WARNING),
        /** An unfinished replication is resumed. */
        RETRIED(Severity.WARNING),
        EXPORTING(Severity.INFO),
        EXPORTED(Severity.INFO),
        UPLOADING(Severity.INFO),
        UPLOADED(Severity.INFO),
        IMPORTING(Severity.INFO),
        IMPORTED(Severity.INFO),
        CANCELED(Severity.WARNING),
        FAILED(Severity.ERROR);

        private final Severity severity;

        Kind(Severity severity) {
            this.severity = severity;
        }

        public Severity severity() {
            return severity;
        }

        /** The word for scripts and screens, e.g. {@code held-back}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** How much attention an event deserves. */
    public enum Severity {
        INFO,
        WARNING,
        ERROR;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
