/** The typed configuration: every key, where it may come from, and what is wrong with it when it is wrong. */
package io.github.redshiftreplicator.config;
