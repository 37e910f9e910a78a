package io.github.redshiftreplicator.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazon.redshift.util.RedshiftException;
import com.amazon.redshift.util.RedshiftState;
import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.config.SettingsException;
import io.github.redshiftreplicator.source.SourceException;
import io.github.redshiftreplicator.state.StateTableException;
import java.sql.SQLException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.UncategorizedSQLException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Errors that no test can have from a server; those that one can are in MetricsIT. */
class FailureKindTest {
    private static final SQLException SQL = new SQLException("no", "XX000");
    private static final RuntimeException SPRING = new UncategorizedSQLException("task", "SELECT 1", SQL);

    static Stream<Arguments> errors() {
        return Stream.of(
                Arguments.of(new SourceException("away", SQL), FailureKind.SOURCE),
                Arguments.of(SQL, FailureKind.SOURCE),
                Arguments.of(unreachable(Setting.SOURCE_URL), FailureKind.SOURCE),
                Arguments.of(unreachable(Setting.STATE_URL), FailureKind.STATE),
                Arguments.of(unreachable(Setting.REDSHIFT_URL), FailureKind.REDSHIFT),
                // the state table in the source
                Arguments.of(
                        new CannotGetJdbcConnectionException("no connection", unreachable(Setting.SOURCE_URL)),
                        FailureKind.SOURCE),
                Arguments.of(SPRING, FailureKind.STATE),
                Arguments.of(new StateTableException("unusable", null), FailureKind.STATE),
                Arguments.of(new RedshiftException("no", RedshiftState.UNKNOWN_STATE), FailureKind.REDSHIFT),
                Arguments.of(iam(), FailureKind.REDSHIFT),
                Arguments.of(S3Exception.builder().statusCode(500).build(), FailureKind.S3),
                Arguments.of(new IllegalStateException(SdkClientException.create("no keys")), FailureKind.S3),
                Arguments.of(new SettingsException("replicator.s3.region is missing"), FailureKind.CONFIGURATION),
                Arguments.of(new NullPointerException(), FailureKind.OTHER));
    }

    private static SQLException unreachable(Setting key) {
        return new UnreachableException("away", "08001", 0, SQL, key);
    }

    /** What a jdbc:redshift:iam: URL meets without credentials. */
    private static RedshiftException iam() {
        return new RedshiftException(
                "IAM error", RedshiftState.UNEXPECTED_ERROR, SdkClientException.create("no credentials"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorsKindFollowsFromItsTypeAndCauses(Throwable error, FailureKind kind) {
        assertThat(FailureKind.of(error, false)).isEqualTo(kind);
    }

    @Test
    void whatTheSqlStepMetIsTheSources() {
        assertThat(FailureKind.of(SPRING, true)).isEqualTo(FailureKind.SOURCE);
    }

    @Test
    void credentialsThatRedshiftsDriverLacksAreNotS3s() {
        Settings settings = Settings.of(Map.of(), Map.of());
        assertThat(S3Failure.explain(iam(), settings)).isEmpty();
    }
}
