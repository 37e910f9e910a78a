package io.github.redshiftreplicator.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedshiftGatewayIT {

    @RegisterExtension
    static final SandboxExtension sandbox = new SandboxExtension();

    @Test
    void redshiftsOwnDriverConnectsAndSeesRedshift() throws SQLException {
        try (Connection redshift = sandbox.redshift()) {
            assertThat(redshift.getMetaData().getDatabaseProductName()).isEqualTo("Redshift");
            assertThat(SandboxExtension.rows(redshift, "SELECT version()")
                            .get(0)
                            .get(0))
                    .contains("Redshift 1.0");
        }
    }

    @Test
    void aWrongPasswordIsRefused() {
        Properties wrong = new Properties();
        wrong.setProperty("user", "replicator");
        wrong.setProperty("password", "wrong");
        assertThatThrownBy(() -> new com.amazon.redshift.Driver()
                        .connect(sandbox.sandbox().redshiftUrl(), wrong))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
    }

    @Test
    void aRollbackUndoesACopy() throws SQLException {
        sandbox.redshift("CREATE TABLE t (id BIGINT NOT NULL DISTKEY, name VARCHAR(10)) SORTKEY (id)");
        String manifest = sandbox.putManifest("manifest", sandbox.putGzip("part-0", "1,one\n2,two\n"));
        try (Connection redshift = sandbox.redshift()) {
            redshift.setAutoCommit(false);
            SandboxExtension.execute(
                    redshift,
                    "COPY t FROM '" + manifest + "' " + sandbox.authorization() + " MANIFEST GZIP FORMAT CSV");
            assertThat(SandboxExtension.rows(redshift, "SELECT pg_last_copy_count(), count(*) FROM t")
                            .get(0))
                    .containsExactly("2", "2");
            redshift.rollback();
        }
        assertThat(sandbox.redshiftRows("SELECT * FROM t")).isEmpty();
    }
}
