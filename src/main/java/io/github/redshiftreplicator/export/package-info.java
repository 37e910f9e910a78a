/** An export's rows on their way to S3: cut into parts, compressed, listed in a manifest. */
package io.github.redshiftreplicator.export;
