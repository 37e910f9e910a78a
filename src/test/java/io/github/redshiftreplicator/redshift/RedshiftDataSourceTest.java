package io.github.redshiftreplicator.redshift;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;

class RedshiftDataSourceTest {
    @Test
    void startsWhileRedshiftIsAwayAndShowsNoPassword() {
        try (HikariDataSource pool = RedshiftDataSource.create("jdbc:redshift://127.0.0.1:1/dev", "loader", "s3cret")) {
            assertThat(pool.getMinimumIdle()).isZero();
            assertThat(pool.getConnectionInitSql()).isEqualTo("SET timezone TO 'UTC'");
            assertThat(pool.getDataSourceProperties())
                    .containsEntry("loginTimeout", "30")
                    .containsEntry("tcpKeepAlive", "true");
            assertThat(pool.toString()).doesNotContain("s3cret");
        }
    }

    @Test
    void anIamUrlIsLeftAloneAndNeedsNoUser() {
        String url = "jdbc:redshift:iam://cluster:eu-west-1/dev?DbUser=loader";
        try (HikariDataSource pool = RedshiftDataSource.create(url, " ", null)) {
            assertThat(pool.getJdbcUrl()).isEqualTo(url);
            assertThat(pool.getUsername()).isNull();
            assertThat(pool.getPassword()).isNull();
        }
    }
}
