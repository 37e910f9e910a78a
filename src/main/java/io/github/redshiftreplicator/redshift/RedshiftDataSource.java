package io.github.redshiftreplicator.redshift;

import com.zaxxer.hikari.HikariDataSource;
import io.github.redshiftreplicator.config.DriverSockets;
import io.github.redshiftreplicator.config.FairPool;

/**
 * Makes the pool of connections to Redshift: few, made when needed, in UTC, and no obstacle to starting while Redshift
 * is away.
 */
public final class RedshiftDataSource {
    private static final int MOST_CONNECTIONS = 8;
    private static final int LOGIN_SECONDS = 30;

    private RedshiftDataSource() {}

    /**
     * A pool over redshift-jdbc42.
     *
     * @param url {@code jdbc:redshift://host:port/database} or {@code jdbc:redshift:iam://…}, which fetches its own
     *     credentials; handed to the driver as it is
     * @param user the user, null or blank where the URL names it or IAM decides
     * @param password the password, null or blank likewise; never logged
     */
    public static HikariDataSource create(String url, String user, String password) {
        // Made on first use: a wrong password is told at once then, not after the time that a busy pool may take.
        HikariDataSource pool = new FairPool();
        pool.setPoolName("redshift");
        pool.setDriverClassName("com.amazon.redshift.Driver");
        pool.setJdbcUrl(url);
        if (user != null && !user.isBlank()) {
            pool.setUsername(user);
        }
        if (password != null && !password.isBlank()) {
            pool.setPassword(password);
        }
        // the driver's own default is to wait for ever
        pool.addDataSourceProperty("loginTimeout", String.valueOf(LOGIN_SECONDS));
        // a COPY may be silent for longer than a firewall remembers its connection, and a host that is gone must be
        // noticed
        DriverSockets.properties("jdbc:redshift:").forEach(pool::addDataSourceProperty);
        // the driver buffers up to 1 GB of a result otherwise, and 'verify' reads several results at once
        pool.addDataSourceProperty("fetchRingBufferSize", "4M");
        pool.addDataSourceProperty("ApplicationName", "redshift-replicator");
        // the driver's own default is the JVM's zone
        pool.setConnectionInitSql("SET timezone TO 'UTC'");
        pool.setMaximumPoolSize(MOST_CONNECTIONS);
        pool.setMinimumIdle(0);
        pool.setIdleTimeout(60_000);
        pool.setConnectionTimeout((LOGIN_SECONDS + 5) * 1000L);
        return pool;
    }
}
