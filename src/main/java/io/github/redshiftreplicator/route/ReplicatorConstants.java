package io.github.redshiftreplicator.route;

/** The exchange properties and registry names that the route files use. */
public final class ReplicatorConstants {
    /** Property: the word of the action asked for. */
    public static final String ACTION = "action";

    /** Property: whether the export's steps are to run, a Boolean. */
    public static final String EXPORT = "export";

    /** Property: whether the import's steps are to run, a Boolean. */
    public static final String IMPORT = "import";

    /** Property: the reader to use, {@code copy} or {@code sql}. */
    public static final String READER = "reader";

    /** Property: what every S3 key of this attempt begins with. */
    public static final String KEY = "key";

    /** Property: the extension of a part's key, with its dot. */
    public static final String EXTENSION = "extension";

    /** Property: the {@link Run} itself. */
    public static final String RUN = "run";

    /** Property: the {@link Outcome}. */
    public static final String OUTCOME = "outcome";

    /** Header of a part's exchange: the rows in it, a Long. */
    public static final String ROWS = "ReplicatorRows";

    /** Registry: the DataSource of the source. */
    public static final String SOURCE_BEAN = "replicatorSource";

    /** Registry: the S3 client. */
    public static final String S3_BEAN = "replicatorS3";

    /** Registry: camel-sql's row mapper factory. */
    public static final String ROWS_BEAN = "replicatorRows";

    /** Registry: the aggregation strategy of the split into parts; also the id of its thread pool profile. */
    public static final String PARTS_BEAN = "replicatorParts";

    /** The id of the thread pool profile of uploads. */
    public static final String UPLOADS_POOL = "replicatorUploads";

    /** The bean that has camel-csv write rows fast. */
    public static final String CSV_BEAN = "replicatorCsv";

    private ReplicatorConstants() {}
}
