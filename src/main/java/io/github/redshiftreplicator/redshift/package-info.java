/**
 * The Camel component {@code redshift:}: COPY, append, merge, replace, delete, vacuum and analyze, each load exactly
 * once by a ledger in Redshift. It needs Camel's API, JDBC and the {@code table} package, and works in any Camel
 * context.
 */
package io.github.redshiftreplicator.redshift;
