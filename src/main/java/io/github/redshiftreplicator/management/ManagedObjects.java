package io.github.redshiftreplicator.management;

import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Producer;
import org.apache.camel.management.DefaultManagementObjectStrategy;
import org.apache.camel.spi.DataFormat;

/**
 * Leaves out the MBeans of what is a route's own where those of its steps are left out, too: Camel's level RoutesOnly keeps
 * the endpoint, the consumer, the producers and the data formats of each. Thread-safe.
 */
public final class ManagedObjects extends DefaultManagementObjectStrategy {
    @Override
    public Object getManagedObjectForProducer(CamelContext context, Producer producer) {
        return hasSteps(context) ? super.getManagedObjectForProducer(context, producer) : null;
    }

    @Override
    public Object getManagedObjectForConsumer(CamelContext context, Consumer consumer) {
        return hasSteps(context) ? super.getManagedObjectForConsumer(context, consumer) : null;
    }

    @Override
    public Object getManagedObjectForEndpoint(CamelContext context, Endpoint endpoint) {
        return hasSteps(context) ? super.getManagedObjectForEndpoint(context, endpoint) : null;
    }

    @Override
    public Object getManagedObjectForDataFormat(CamelContext context, DataFormat dataFormat) {
        return hasSteps(context) ? super.getManagedObjectForDataFormat(context, dataFormat) : null;
    }

    private static boolean hasSteps(CamelContext context) {
        return context.getManagementStrategy()
                .getManagementAgent()
                .getMBeansLevel()
                .isProcessors();
    }
}
