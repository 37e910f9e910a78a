package io.github.redshiftreplicator.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SandboxIT {

    @RegisterExtension
    static final SandboxExtension sandbox = new SandboxExtension();

    @Test
    void thePropertiesLeadToTheSourceAndToRedshift() throws SQLException {
        Map<String, String> properties = sandbox.properties();
        for (String database : List.of("source", "redshift")) {
            Properties login = new Properties();
            login.setProperty("user", properties.get("replicator." + database + ".username"));
            login.setProperty("password", properties.get("replicator." + database + ".password"));
            try (Connection connection =
                    DriverManager.getConnection(properties.get("replicator." + database + ".url"), login)) {
                assertThat(SandboxExtension.rows(connection, "SELECT current_schema()"))
                        .as(database)
                        .containsExactly(List.of(sandbox.schema()));
            }
        }
    }

    @Test
    void theSourcesUserIsAnOrdinaryRole() throws SQLException {
        assertThat(
                        sandbox.sourceRows(
                                "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = current_user"))
                .containsExactly(List.of("f", "f", "f", "f"));
    }

    @Test
    void aWrongPasswordOpensNothing() {
        assertThatThrownBy(() -> DriverManager.getConnection(sandbox.sandbox().sourceUrl(), "shop", "wrong"))
                .isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> DriverManager.getConnection(sandbox.sandbox().sourceUrl(), "postgres", ""))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void closingLeavesNothingBehind() throws Exception {
        Sandbox other = Sandbox.start();
        String url = other.sourceUrl();
        assertThat(other.directory()).isNotEmptyDirectory();
        other.close();
        other.close();
        assertThat(other.directory()).doesNotExist();
        assertThatThrownBy(() -> DriverManager.getConnection(url, "shop", "")).isInstanceOf(SQLException.class);
    }
}
