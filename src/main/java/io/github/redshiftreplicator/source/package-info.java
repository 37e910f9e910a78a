/**
 * The database replicated from: its connections, its tables, the windows that lose nothing and the readers that fetch
 * their rows.
 *
 * <p>{@link io.github.redshiftreplicator.source.SourceDatabase} is the way in; what differs between databases stands
 * behind {@link io.github.redshiftreplicator.source.Dialect}.
 */
package io.github.redshiftreplicator.source;
