package io.github.redshiftreplicator.redshift;

import io.github.redshiftreplicator.table.TableName;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * One COPY statement. Its text with the secrets is for the database alone; whatever is shown or logged is
 * {@link #masked()}.
 *
 * @param table the table to load
 * @param columns the columns in the parts' order; empty: all of the table's, in its order
 * @param manifest the URL of the manifest, {@code s3://bucket/key}
 * @param authorization what lets COPY read
 * @param clauses the other clauses
 */
public record CopyCommand(
        TableName table, List<String> columns, String manifest, Authorization authorization, CopyClauses clauses) {
    /**
     * @throws IllegalArgumentException if the manifest is not an S3 URL
     */
    public CopyCommand {
        Objects.requireNonNull(table);
        Objects.requireNonNull(authorization);
        Objects.requireNonNull(clauses);
        columns = List.copyOf(columns);
        if (!manifest.toLowerCase(Locale.ROOT).startsWith("s3://") || manifest.indexOf('/', 5) < 6) {
            throw new IllegalArgumentException("'" + manifest + "' is not a manifest's URL: write s3://bucket/key.");
        }
    }

    /** The statement with its secrets, to be executed and never shown. */
    public String sql() {
        return text(authorization.clause());
    }

    /** The statement without its secrets. */
    public String masked() {
        return text(authorization.masked());
    }

    private String text(String authorizationClause) {
        return "COPY " + Sql.name(table) + Sql.columnList(columns) + " FROM " + Sql.literal(manifest) + " "
                + authorizationClause + " MANIFEST " + clauses;
    }

    @Override
    public String toString() {
        return masked();
    }
}
