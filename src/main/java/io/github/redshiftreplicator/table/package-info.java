/**
 * What is replicated: a table's definition, its strategy, its window and its column plan. Values only; every other
 * package builds on this one and it on none of them.
 */
package io.github.redshiftreplicator.table;
