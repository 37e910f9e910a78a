package io.github.redshiftreplicator.management;

import org.apache.camel.CamelContext;

/** Whether a message would be taken: Camel waits half a minute for a route that is there and stopped. */
final class ConsumingRoutes {
    private ConsumingRoutes() {}

    /** Whether a started route consumes from the endpoint, such as {@code direct:events}. */
    static boolean isThereOne(CamelContext context, String endpoint) {
        String uri = endpoint.replaceFirst(":", "://");
        return context.getRoutes().stream()
                .filter(route -> route.getEndpoint().getEndpointUri().equals(uri))
                .anyMatch(route -> context.getRouteController()
                        .getRouteStatus(route.getRouteId())
                        .isStarted());
    }
}
