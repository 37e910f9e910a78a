package io.github.redshiftreplicator.route;

import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Makes an {@link Error} in a step of a table's route a failure of its run. Camel expects exceptions only: the run would wait for
 * ever for a step that ended so on another thread, with its claim renewed all the time.
 */
final class ErrorsAsFailures implements InterceptStrategy {
    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode definition, Processor target, Processor nextTarget) {
        return isOfTable(definition) ? new Guard(target) : target;
    }

    private static boolean isOfTable(NamedNode definition) {
        NamedNode root = definition;
        while (root.getParent() != null) {
            root = root.getParent();
        }
        return root instanceof RouteDefinition route
                && route.getInput() != null
                && route.getInput().getEndpointUri().startsWith("replicator:");
    }

    private static final class Guard extends DelegateAsyncProcessor {
        Guard(Processor target) {
            super(target);
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            try {
                return super.process(exchange, callback);
            } catch (Error e) {
                exchange.setException(e);
                callback.done(true);
                return true;
            }
        }
    }
}
