package io.github.redshiftreplicator.management;

import io.github.redshiftreplicator.route.ReplicatorComponent;
import io.github.redshiftreplicator.route.TableConsumer;
import io.github.redshiftreplicator.route.TablesListener;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ManagementAgent;
import org.apache.camel.support.LifecycleStrategySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicator's MBeans: one for each table that has a route, coming and going with it, and one for the whole, in the
 * MBean server of Camel's management agent. Where JMX is disabled in the context there are none.
 */
public final class Beans extends LifecycleStrategySupport implements TablesListener {
    /** The domain of every name. */
    public static final String DOMAIN = "io.github.redshiftreplicator";

    private static final Logger LOG = LoggerFactory.getLogger(Beans.class);

    private final ReplicatorComponent replicator;
    private final TableOperations operations;
    private final ManagementAgent agent;
    private final String context;

    private Beans(CamelContext context, ManagementAgent agent) {
        this.replicator = ReplicatorComponent.of(context);
        this.operations = new TableOperations(context);
        this.agent = agent;
        this.context = context.getManagementName() == null ? context.getName() : context.getManagementName();
    }

    /** Registers the beans of a context's replicator for as long as the context runs. */
    public static void start(CamelContext context) {
        ManagementAgent agent = context.getManagementStrategy().getManagementAgent();
        if (agent == null) {
            return;
        }
        Beans beans = new Beans(context, agent);
        beans.register(new ReplicatorBean(beans.replicator, beans.operations).bean(), beans.name("type=replicator"));
        beans.replicator.tables().listen(beans);
        context.addLifecycleStrategy(beans);
    }

    private ObjectName name(String keys) {
        try {
            return new ObjectName(DOMAIN + ":context=" + ObjectName.quote(context) + "," + keys);
        } catch (JMException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private ObjectName name(TableConsumer table) {
        return name("type=table,name=" + ObjectName.quote(table.table().name()));
    }

    private void register(Object bean, ObjectName name) {
        try {
            agent.register(bean, name, true);
        } catch (JMException e) {
            LOG.warn("{} is not in JMX: {}", name, e.getMessage());
        }
    }

    private void unregister(ObjectName name) {
        try {
            agent.unregister(name);
        } catch (JMException e) {
            LOG.debug("{} was not in JMX.", name, e);
        }
    }

    @Override
    public void added(TableConsumer table) {
        register(new TableBean(replicator, table, operations).bean(), name(table));
    }

    @Override
    public void removed(TableConsumer table) {
        unregister(name(table));
    }

    @Override
    public void onContextStopping(CamelContext stopping) {
        replicator.tables().all().forEach(this::removed);
        unregister(name("type=replicator"));
    }
}
