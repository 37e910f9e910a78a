/** Comparing a target with its source, as of the last replication. Sees table, source, redshift, state and route. */
package io.github.redshiftreplicator.verify;
