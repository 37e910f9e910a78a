package io.github.redshiftreplicator.route;

import com.zaxxer.hikari.HikariDataSource;
import io.github.redshiftreplicator.config.Secrets;
import io.github.redshiftreplicator.config.Setting;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.regex.Pattern;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** A pool that says, when it cannot connect, to what, why, and which keys decide that. */
final class NamedDataSource extends DelegatingDataSource implements AutoCloseable {
    private static final Pattern PARAMETERS = Pattern.compile("[?;&].*");

    private final HikariDataSource pool;
    private final String name;
    private final String url;
    private final Setting key;

    /**
     * @param name what it is to a person, e.g. {@code the source}
     * @param url its JDBC URL; shown without its parameters, which may hold secrets
     * @param key the key that holds the URL
     */
    NamedDataSource(HikariDataSource pool, String name, String url, Setting key) {
        super(pool);
        this.pool = pool;
        this.name = name;
        this.url = Secrets.masked(PARAMETERS.matcher(url).replaceAll(""));
        this.key = key;
    }

    @Override
    public Connection getConnection() throws SQLException {
        try {
            return super.getConnection();
        } catch (SQLException e) {
            SQLException reason = reason(e);
            throw new UnreachableException(sentence(reason), reason.getSQLState(), reason.getErrorCode(), reason, key);
        } catch (RuntimeException e) {
            throw new UnreachableException(sentence(e), "08001", 0, e, key);
        }
    }

    /** What kept the pool from connecting, where it says no more than that it waited. */
    private static SQLException reason(SQLException e) {
        return e instanceof SQLTransientConnectionException && e.getCause() instanceof SQLException cause ? cause : e;
    }

    private String sentence(Exception e) {
        String group = key.key().substring(0, key.key().lastIndexOf('.'));
        String reason = Secrets.masked(String.valueOf(e.getMessage())).strip().replaceAll("[.\\s]+$", "");
        if (ExceptionUtils.getRootCause(e) instanceof UnknownHostException unknown) {
            reason = "unknown host " + unknown.getMessage().replaceAll(":.*", "");
        } else if (reason.startsWith("Failed to get driver instance")) {
            reason = "there is no driver for it on the class path, which has every jar of lib";
        }
        return "Cannot connect to " + name + " " + url + ": " + reason + ". Check " + group
                + ".url, .username and .password.";
    }

    @Override
    public void close() {
        pool.close();
    }
}
