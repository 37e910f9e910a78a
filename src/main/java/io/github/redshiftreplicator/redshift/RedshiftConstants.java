package io.github.redshiftreplicator.redshift;

import org.apache.camel.spi.Metadata;

/** The headers of a {@code redshift:} exchange. A header overrides the endpoint's option of the same name. */
public interface RedshiftConstants {
    @Metadata(description = "The target, as name or schema.name.", javaType = "String")
    String TABLE = "CamelRedshiftTable";

    @Metadata(description = "The columns that identify a row.", javaType = "List<String>")
    String KEYS = "CamelRedshiftKeys";

    @Metadata(description = "The parts' columns, in their order.", javaType = "List<String>")
    String COLUMNS = "CamelRedshiftColumns";

    @Metadata(description = "The URL of the manifest, s3://bucket/key.", javaType = "String")
    String MANIFEST = "CamelRedshiftManifest";

    @Metadata(
            description = "How the parts are compressed.",
            javaType = "io.github.redshiftreplicator.table.PartFormat or String")
    String FORMAT = "CamelRedshiftFormat";

    @Metadata(
            description =
                    "The rows that the manifest's parts hold. COPY must load exactly as many, or nothing is kept.",
            javaType = "Long")
    String ROWS = "CamelRedshiftRows";

    @Metadata(
            description =
                    "The load's id in the ledger. A load whose id is there does nothing. The manifest's URL serves"
                            + " where there is none.",
            javaType = "String")
    String LOAD_ID = "CamelRedshiftLoadId";

    @Metadata(
            description = "What the load moves, for the ledger.",
            javaType = "io.github.redshiftreplicator.table.Window")
    String WINDOW = "CamelRedshiftWindow";

    @Metadata(description = "Whether an append adds only the rows whose keys the target lacks.", javaType = "Boolean")
    String MISSING_ONLY = "CamelRedshiftMissingOnly";

    @Metadata(
            description = "Who may load, and whose loads must not take effect any more.",
            javaType = "io.github.redshiftreplicator.redshift.LoadFence")
    String FENCE = "CamelRedshiftFence";

    @Metadata(description = "Whether an append or a merge must empty the target first.", javaType = "Boolean")
    String REPLACE = "CamelRedshiftReplace";

    @Metadata(
            label = "producer",
            description = "Set by a load: the rows that COPY loaded or, for a delete, that were deleted.",
            javaType = "Long")
    String LOADED_ROWS = "CamelRedshiftLoadedRows";

    @Metadata(
            label = "producer",
            description = "Set by a load: whether the ledger had it, so that nothing was done.",
            javaType = "Boolean")
    String ALREADY_LOADED = "CamelRedshiftAlreadyLoaded";

    /** The name under which the DataSource is looked up first. */
    String DATA_SOURCE = "redshiftDataSource";
}
