/**
 * The Camel component {@code replicator:}: the entry of a table's route and the steps of a replication that no stock
 * endpoint can say. Found by its service file, so the route templates work in any CamelContext that has the jar.
 */
package io.github.redshiftreplicator.route;
