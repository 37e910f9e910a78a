/**
 * What has been replicated and who is replicating what: one row a replication in the state table, one compare-and-set a
 * transition, on the database's clock. {@link io.github.redshiftreplicator.state.Replications} has the SQL,
 * {@link io.github.redshiftreplicator.state.NextStep} the rules of what is due.
 */
package io.github.redshiftreplicator.state;
