package io.github.redshiftreplicator.config;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * A pool that opens a connection for whoever waits, as long as it is not full. Thread-safe.
 *
 * <p>HikariCP 7 opens none for a thread that waits while another connection is idle, and lets a third thread that has had
 * that one before take it, without opening another in its place ({@code ConcurrentBag.borrow}, which sees to it only where
 * the third thread has not had it). With connections that are held for long, as by a load, the first waits until its time
 * is up.
 */
public final class FairPool extends HikariDataSource {
    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        if (getHikariPoolMXBean() instanceof HikariPool pool) {
            int waiting = pool.getThreadsAwaitingConnection();
            if (waiting > 0) {
                pool.addBagItem(waiting);
            }
        }
        return connection;
    }
}
