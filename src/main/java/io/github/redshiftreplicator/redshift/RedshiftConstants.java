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
            description = "Whether an append must replace the target's rows that have the parts' keys.",
            javaType = "Boolean")
    String MERGE = "CamelRedshiftMerge";

    @Metadata(
            description =
                    "The keys of rows to delete before the parts' rows come, in the same transaction: a list as the"
                            + " body of redshift:delete has it, or the URL of a manifest of parts that hold the keys.",
            javaType = "List or String")
    String DELETES = "CamelRedshiftDeletes";

    @Metadata(
            description =
                    "The keys that the manifest of CamelRedshiftDeletes lists. COPY must load exactly as many, or nothing"
                            + " is kept.",
            javaType = "Long")
    String DELETES_COUNT = "CamelRedshiftDeletesCount";

    @Metadata(
            description =
                    "Whether the keys of CamelRedshiftDeletes are those that stay, and all other rows are deleted.",
            javaType = "Boolean")
    String DELETE_ALL_BUT = "CamelRedshiftDeleteAllBut";

    @Metadata(
            description =
                    "The largest part of the target's rows, from 0 to 1, that CamelRedshiftDeleteAllBut may delete; above"
                            + " it nothing is done and the load fails. 0.1 where it is not set.",
            javaType = "Double")
    String MAX_DELETE_RATIO = "CamelRedshiftMaxDeleteRatio";

    @Metadata(
            label = "producer",
            description = "Set by a load: the rows that CamelRedshiftDeletes removed.",
            javaType = "Long")
    String DELETED_ROWS = "CamelRedshiftDeletedRows";

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

    @Metadata(
            label = "producer",
            description = "Set by vacuum and analyze: one sentence on what was done, or why nothing was.",
            javaType = "String")
    String MAINTENANCE = "CamelRedshiftMaintenance";

    /** The name under which the DataSource is looked up first. */
    String DATA_SOURCE = "redshiftDataSource";
}
