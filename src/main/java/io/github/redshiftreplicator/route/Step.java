package io.github.redshiftreplicator.route;

import org.apache.camel.Exchange;

/** One step of a table's route. Stateless: what belongs to one run is in the {@link Run}. */
interface Step {
    void process(Exchange exchange, Run run) throws Exception;
}
