package io.github.redshiftreplicator.state;

import static io.github.redshiftreplicator.state.Fixtures.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.zaxxer.hikari.HikariDataSource;
import io.github.redshiftreplicator.table.PartFormat;
import io.github.redshiftreplicator.table.Strategy;
import java.util.Set;
import java.util.UUID;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A route that guards itself with the table's replications. */
class ReplicationRepositoryIT extends CamelTestSupport {
    private final HikariDataSource pool =
            Fixtures.pool("jdbc:h2:mem:repository-" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa");
    private final Replications replications = new Replications(pool);
    private final ReplicationRepository repository =
            new ReplicationRepository(replications, table("users", Strategy.TIMED), PartFormat.GZIP, 1, Owner.here());

    ReplicationRepositoryIT() {
        testConfiguration().withJMX(true);
    }

    @AfterEach
    void close() {
        pool.close();
    }

    @Override
    protected RoutesBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:replicate")
                        .idempotentConsumer(body(), repository)
                        .removeOnFailure(false)
                        .to("mock:work");
                from("direct:try").idempotentConsumer(body(), repository).to("mock:work");
            }
        };
    }

    @Test
    void aReplicationIsDoneOnce() throws Exception {
        MockEndpoint work = getMockEndpoint("mock:work");
        work.whenAnyExchangeReceived(exchange -> {
            Replication claimed = exchange.getProperty(ReplicationRepository.REPLICATION, Replication.class);
            assertThat(replications.holder(claimed)).isPresent();
        });
        work.expectedBodiesReceived("users-0000000001", "users-0000000002");

        template.sendBody("direct:replicate", "users-0000000001");
        template.sendBody("direct:replicate", "users-0000000001");
        template.sendBody("direct:replicate", repository.getNextKey());

        work.assertIsSatisfied();
        assertThat(replications.history("users", 10))
                .extracting(Replication::messageId, Replication::state)
                .containsExactly(tuple("users-0000000002", State.IMPORTED), tuple("users-0000000001", State.IMPORTED));
    }

    @Test
    void aFailureIsResumed() throws Exception {
        MockEndpoint work = getMockEndpoint("mock:work");
        work.whenExchangeReceived(1, exchange -> {
            Replication claimed = exchange.getProperty(ReplicationRepository.REPLICATION, Replication.class);
            replications.to(claimed, State.EXPORTING);
            throw new IllegalStateException("No route to host.");
        });
        assertThatThrownBy(() -> template.sendBody("direct:replicate", "users-0000000001"))
                .isInstanceOf(CamelExecutionException.class);

        Replication failed = replications.latest("users").orElseThrow();
        assertThat(failed.state()).isEqualTo(State.EXPORTING);
        assertThat(failed.lastError()).contains("No route to host.");
        assertThat(repository.getNextKey()).isEqualTo("users-0000000001");

        template.sendBody("direct:replicate", "users-0000000001");
        Replication imported = replications.latest("users").orElseThrow();
        assertThat(imported.state()).isEqualTo(State.IMPORTED);
        assertThat(imported.retries()).isEqualTo(1);
        assertThat(imported.lastError()).isEmpty();
    }

    @Test
    void whereTheRouteRemovesOnFailureItIsCanceledAndDoneAnew() {
        getMockEndpoint("mock:work").whenExchangeReceived(1, exchange -> {
            throw new IllegalStateException("No route to host.");
        });
        assertThatThrownBy(() -> template.sendBody("direct:try", "users-0000000001"))
                .isInstanceOf(CamelExecutionException.class);
        assertThat(replications.latest("users").orElseThrow().state()).isEqualTo(State.CANCELED);

        template.sendBody("direct:try", "users-0000000001");
        assertThat(replications.latest("users").orElseThrow().state()).isEqualTo(State.IMPORTED);
    }

    @Test
    void jmxShowsAndOperatesIt() throws Exception {
        MBeanServer server =
                context.getManagementStrategy().getManagementAgent().getMBeanServer();
        Set<ObjectName> names = server.queryNames(
                new ObjectName("org.apache.camel:context=" + context.getManagementName()
                        + ",type=services,name=ReplicationRepository*"),
                null);
        assertThat(names).hasSize(1);
        ObjectName bean = names.iterator().next();

        assertThat(server.getAttribute(bean, "NextKey")).isEqualTo("users-0000000001");
        String[] text = {String.class.getName()};
        assertThat(server.invoke(bean, "add", new Object[] {"users-0000000001"}, text))
                .isEqualTo(true);
        assertThat(server.getAttribute(bean, "LatestState")).isEqualTo("enqueued");
        assertThat(server.invoke(bean, "confirm", new Object[] {"users-0000000001"}, text))
                .isEqualTo(true);
        assertThat(server.invoke(bean, "contains", new Object[] {"users-0000000001"}, text))
                .isEqualTo(true);
        assertThatThrownBy(() -> server.invoke(bean, "clear", null, null))
                .hasStackTraceContaining("The history of users is not cleared");
        assertThat(server.getAttribute(bean, "LatestOwner"))
                .isEqualTo(replications.latest("users").orElseThrow().owner().orElseThrow());
    }
}
