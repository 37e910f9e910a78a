/**
 * What an operator sees of the replicator and steers it by: events, JMX, metrics, health, the HTTP API and the status
 * page. Sees every other package but {@code cli} and {@code sandbox}; none of them sees it.
 */
package io.github.redshiftreplicator.management;
