package io.github.redshiftreplicator.redshift;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

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
        HikariConfig config = new HikariConfig();
        config.setPoolName("redshift");
        config.setDriverClassName("com.amazon.redshift.Driver");
        config.setJdbcUrl(url);
        if (user != null && !user.isBlank()) {
            config.setUsername(user);
        }
        if (password != null && !password.isBlank()) {
            config.setPassword(password);
        }
        // the driver's own default is to wait for ever
        config.addDataSourceProperty("loginTimeout", String.valueOf(LOGIN_SECONDS));
        // a COPY may be silent for longer than a firewall remembers its connection
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("ApplicationName", "redshift-replicator");
        // the driver's own default is the JVM's zone
        config.setConnectionInitSql("SET timezone TO 'UTC'");
        config.setMaximumPoolSize(MOST_CONNECTIONS);
        config.setMinimumIdle(0);
        config.setIdleTimeout(60_000);
        config.setConnectionTimeout((LOGIN_SECONDS + 5) * 1000L);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }
}
