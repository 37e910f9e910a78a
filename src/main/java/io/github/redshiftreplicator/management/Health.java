package io.github.redshiftreplicator.management;

import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.route.Connections;
import io.github.redshiftreplicator.route.ReplicatorComponent;
import io.github.redshiftreplicator.state.Replication;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Readiness: whether the source, the state table, S3 and Redshift can be reached, and no replication is stuck. Liveness
 * is Camel's own: a restart does not bring back a database.
 */
public final class Health {
    private static final int SECONDS_TO_ANSWER = 5;

    private Health() {}

    private interface Check {
        String look() throws Exception;
    }

    /** Registers the checks with a context's health registry; where it has none there are none. */
    public static void start(CamelContext context) {
        HealthCheckRegistry registry = HealthCheckRegistry.get(context);
        if (registry == null) {
            return;
        }
        ReplicatorComponent replicator = ReplicatorComponent.of(context);
        Connections connections = replicator.connections();
        registry.register(check("source", () -> answers(connections.source().dataSource())));
        registry.register(check("state", () -> {
            connections.replications().history(1);
            return "readable";
        }));
        registry.register(check("s3", () -> {
            connections.s3().headBucket(b -> b.bucket(connections.parts().bucket()));
            return "the bucket is there";
        }));
        registry.register(check("redshift", () -> answers(connections.redshift())));
        registry.register(check("stuck", () -> nothingStuck(replicator)));
    }

    private static String answers(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            if (!connection.isValid(SECONDS_TO_ANSWER)) {
                throw new SQLException("It does not answer within " + SECONDS_TO_ANSWER + " s.");
            }
        }
        return "it answers";
    }

    private static String nothingStuck(ReplicatorComponent replicator) {
        Duration limit = replicator.settings().duration(Setting.STUCK_AFTER);
        Instant before = Instant.now().minus(limit);
        String stuck = replicator.newestReplications().stream()
                .filter(r -> !r.state().isFinished() && r.updatedAt().isBefore(before))
                .map(Health::describe)
                .collect(Collectors.joining(", "));
        if (!stuck.isEmpty()) {
            throw new IllegalStateException(stuck);
        }
        return "none";
    }

    private static String describe(Replication stuck) {
        return stuck.messageId() + " is " + stuck.state().word() + " since " + stuck.updatedAt();
    }

    private static AbstractHealthCheck check(String name, Check check) {
        return new AbstractHealthCheck("replicator", "replicator-" + name) {
            @Override
            protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
                try {
                    builder.detail("found", check.look()).up();
                } catch (Exception e) {
                    builder.message(Explanation.of(e))
                            .detail("problem", Explanation.of(e))
                            .down();
                }
            }
        };
    }
}
