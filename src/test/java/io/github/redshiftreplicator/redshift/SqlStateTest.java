package io.github.redshiftreplicator.redshift;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.SocketException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlStateTest {
    @ParameterizedTest
    @CsvSource({
        "40001, could not serialize, true, false",
        "XX000, 'ERROR: 1023 Detail: Serializable isolation violation on table', true, false",
        "XX000, 'ERROR: could not complete because of conflict with concurrent transaction', true, false",
        "08006, An I/O error occurred, true, true",
        "57P01, terminating connection due to administrator command, true, true",
        "53300, too many connections, true, false",
        "57014, canceled on user's request, false, false",
        "XX000, Load into table 'users' failed, false, false",
        "42601, syntax error, false, false",
        "42501, permission denied, false, false",
        "28P01, password authentication failed, false, false",
        "22001, value too long, false, false"
    })
    void decidesOnARetry(String state, String message, boolean retried, boolean lost) {
        SQLException error = new SQLException(message, state);

        assertThat(SqlState.transientError(error)).isEqualTo(retried);
        assertThat(SqlState.connectionLost(error)).isEqualTo(lost);
    }

    @Test
    void looksAtTheCauses() {
        assertThat(SqlState.connectionLost(new SQLException("x", null, new SocketException("reset"))))
                .isTrue();
        assertThat(SqlState.undefinedTable(new SQLException("x", "", new SQLException("y", "42P01"))))
                .isTrue();
        assertThat(SqlState.transientError(
                        new SQLTransientConnectionException("pool", "28000", new SQLException("login", "28000"))))
                .isFalse();
        assertThat(SqlState.transientError(new SQLTransientConnectionException("no connection in 30 s")))
                .isTrue();
    }
}
