package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.management.RouteBeans;
import org.apache.camel.CamelContext;
import org.apache.camel.LoggingLevel;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;

/**
 * Camel's main with a context that starts a thousand routes in seconds: Camel removes a route of the same id before it adds
 * one, and gathers the endpoints of all routes that are there before it looks whether there is any.
 */
final class ManyRoutes extends Main {
    @Override
    protected CamelContext createCamelContext() {
        DefaultCamelContext context = new DefaultCamelContext(false) {
            @Override
            protected boolean removeRoute(String id, LoggingLevel logging) throws Exception {
                return getRouteStatus(id) != null && super.removeRoute(id, logging);
            }
        };
        context.getCamelContextExtension().setRegistry(registry);
        context.getCamelContextExtension().setManagementMBeanAssembler(new RouteBeans(context));
        return context;
    }
}
