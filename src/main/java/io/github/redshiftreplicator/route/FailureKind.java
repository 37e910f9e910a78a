package io.github.redshiftreplicator.route;

import com.amazon.redshift.util.RedshiftException;
import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.SettingsException;
import io.github.redshiftreplicator.redshift.GivenUpLoadException;
import io.github.redshiftreplicator.redshift.RedshiftLoadException;
import io.github.redshiftreplicator.redshift.RefusedDataException;
import io.github.redshiftreplicator.source.SourceException;
import io.github.redshiftreplicator.source.ValueRefusedException;
import io.github.redshiftreplicator.state.HeldException;
import io.github.redshiftreplicator.state.LostClaimException;
import io.github.redshiftreplicator.state.StateTableException;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.springframework.core.NestedRuntimeException;
import software.amazon.awssdk.core.exception.SdkException;

/** Where to look when a run failed. A closed set: metrics and notifications tell failures apart by it. */
public enum FailureKind {
    /** Rows that cannot be loaded as they are: a value that does not fit, a key that is not one, too many deletes. */
    DATA,
    /** The source cannot be reached or read. */
    SOURCE,
    /** The bucket cannot be reached or written. */
    S3,
    /** Redshift cannot be reached or refused a statement. */
    REDSHIFT,
    /** The state table cannot be used, or another process has the replication. */
    STATE,
    /** What the table's file or the configuration asks for cannot be done. */
    CONFIGURATION,
    /** A replication was canceled, its retries being used up; what failed each time has been told before. */
    RETRIES,
    /** None of these. */
    OTHER;

    /** The word for scripts and metrics, e.g. {@code redshift}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The kind of an error.
     *
     * @param readingSql whether the step that failed was Camel's {@code sql:}, whose errors are Spring's, as the state
     *     table's are
     */
    static FailureKind of(Throwable error, boolean readingSql) {
        List<Throwable> causes = ExceptionUtils.getThrowableList(error);
        if (any(causes, e -> e instanceof ValueRefusedException || e instanceof RefusedDataException)) {
            return DATA;
        }
        for (Throwable cause : causes) {
            if (cause instanceof UnreachableException unreachable) {
                return of(unreachable.key());
            }
        }
        if (any(causes, SourceException.class::isInstance)) {
            return SOURCE;
        }
        if (any(causes, e -> e instanceof RedshiftLoadException || e instanceof RedshiftException)) {
            return REDSHIFT;
        }
        if (any(causes, SdkException.class::isInstance)) {
            return S3;
        }
        if (any(causes, FailureKind::isOfState)) {
            return STATE;
        }
        if (any(causes, NestedRuntimeException.class::isInstance)) {
            return readingSql ? SOURCE : STATE;
        }
        if (any(causes, SQLException.class::isInstance)) {
            // the state's are Spring's and Redshift's driver has its own
            return SOURCE;
        }
        return any(causes, e -> e instanceof SettingsException || e instanceof IllegalArgumentException)
                ? CONFIGURATION
                : OTHER;
    }

    private static FailureKind of(Setting url) {
        return switch (url) {
            case REDSHIFT_URL -> REDSHIFT;
            case STATE_URL -> STATE;
            default -> SOURCE;
        };
    }

    private static boolean isOfState(Throwable e) {
        return e instanceof StateTableException
                || e instanceof LostClaimException
                || e instanceof HeldException
                || e instanceof GivenUpLoadException;
    }

    private static boolean any(List<Throwable> causes, Predicate<Throwable> test) {
        return causes.stream().anyMatch(test);
    }
}
