package io.github.redshiftreplicator.source;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** The connections of one export, all in its one snapshot. */
final class SnapshotConnections {
    /** Opens and closes connections. */
    interface Pool {
        /** A connection beside the pool, set up as the pool's are, so that readers cannot starve the pool. */
        Connection extra() throws SQLException;

        /** Gives a connection back; one in an unknown state is thrown away. */
        void giveBack(Connection connection, boolean broken);
    }

    private final Pool pool;
    private final Connection leader;
    private final List<Connection> followers = new ArrayList<>();
    private boolean closed;

    SnapshotConnections(Pool pool, Connection leader) {
        this.pool = pool;
        this.leader = leader;
    }

    Connection leader() {
        return leader;
    }

    /** That many connections, the leader among them, all seeing the leader's snapshot (PostgreSQL). */
    List<Connection> forReaders(int count) throws SQLException {
        List<Connection> all = new ArrayList<>(List.of(leader));
        if (count > 1) {
            String snapshot;
            try (Statement statement = leader.createStatement();
                    ResultSet result = statement.executeQuery("SELECT pg_export_snapshot()")) {
                result.next();
                snapshot = result.getString(1);
            }
            while (all.size() < count) {
                Connection follower = pool.extra();
                followers.add(follower);
                try (Statement statement = follower.createStatement()) {
                    statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
                    statement.execute("SET TRANSACTION SNAPSHOT '" + snapshot + "'");
                }
                all.add(follower);
            }
        }
        return all;
    }

    DataSource asDataSource() {
        return new SingleConnectionDataSource(leader, true);
    }

    synchronized void close(boolean broken) {
        if (!closed) {
            closed = true;
            for (Connection follower : followers) {
                try {
                    follower.close();
                } catch (SQLException e) {
                    // thrown away in any case
                }
            }
            pool.giveBack(leader, broken);
        }
    }
}
