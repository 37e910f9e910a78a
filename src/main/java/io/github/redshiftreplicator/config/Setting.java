package io.github.redshiftreplicator.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Every key of the configuration, with its default and its meaning: the one list from which keys are checked, read and
 * documented.
 */
public enum Setting {
    SOURCE_URL("source.url", null, "JDBC URL of the database to replicate from; without it the sandbox runs"),
    SOURCE_USERNAME("source.username", null, "its user"),
    SOURCE_PASSWORD("source.password", null, "its password"),
    SOURCE_TIME_ZONE(
            "source.time-zone",
            null,
            "the zone of the local times in timed tables' replication fields, where their type has none; default: every"
                    + " plausible one, so recent rows are read again"),
    STATE_URL(
            "state.url",
            null,
            "JDBC URL of the database that holds the state table, a file with its whole path; default: the source"),
    STATE_USERNAME("state.username", null, "its user"),
    STATE_PASSWORD("state.password", null, "its password"),
    STATE_TABLE("state.table", "replicator_replications", "the state table's name"),
    REDSHIFT_URL("redshift.url", null, "jdbc:redshift://host:5439/database or jdbc:redshift:iam://…"),
    REDSHIFT_USERNAME("redshift.username", null, "its user"),
    REDSHIFT_PASSWORD("redshift.password", null, "its password"),
    REDSHIFT_IAM_ROLE("redshift.iam-role", null, "ARN of the role that COPY uses, or 'default'; none: the S3 keys"),
    REDSHIFT_SLICES("redshift.slices", "1", "number of slices: a replication's parts are a multiple of it"),
    S3_BUCKET("s3.bucket", null, "the bucket for the parts"),
    S3_PREFIX("s3.prefix", "", "the key prefix in it"),
    S3_REGION("s3.region", "us-east-1", "the bucket's region"),
    S3_ENDPOINT("s3.endpoint", null, "URL of an S3 service that is not AWS"),
    S3_ACCESS_KEY("s3.access-key", null, "access key; none: AWS's default credentials chain"),
    S3_SECRET_KEY("s3.secret-key", null, "secret key"),
    S3_SESSION_TOKEN("s3.session-token", null, "session token of temporary keys"),
    S3_ENCRYPTION(
            "s3.encryption",
            null,
            "how S3 encrypts the parts: sse-s3, or sse-kms; default: what the bucket says. COPY's role needs kms:Decrypt"),
    S3_KMS_KEY("s3.kms-key", null, "ARN or id of the KMS key of sse-kms; none: the account's own for S3"),
    S3_TIMEOUT("s3.timeout", "60s", "how long S3 may be silent before a request is made again"),
    FORMAT("format", "gzip", "how parts are stored: gzip, csv or zstd"),
    COMPRESSION_LEVEL("compression-level", "1", "gzip 1 to 9, zstd 1 to 19"),
    COMPRESSION_THREADS("compression-threads", "2", "parts of one table compressed at once"),
    UPLOAD_THREADS("upload-threads", "6", "parts of one table on their way to S3 at once, beside those compressed"),
    PART_SIZE("part-size", "8MB", "largest part, as CSV before compression"),
    PARALLELISM("parallelism", "1", "readers of one table at once, on one snapshot (PostgreSQL)"),
    CONCURRENT_TABLES("concurrent-tables", "2", "tables replicated at once"),
    MAX_RETRIES("max-retries", null, "after so many retries a replication is canceled; none: for ever"),
    HISTORY_CAP("history-cap", null, "replications kept in the state table for each table, at least 2; none: all"),
    KEEP_CANCELED(
            "keep-canceled",
            "false",
            "whether routes/canceled.camel.yaml keeps a zip of each canceled replication in the folder canceled"),
    DELETE_TRACKING("delete-tracking", "false", "whether deletions are tracked by triggers"),
    DELETIONS_TABLE(
            "deletions-table",
            "replicator_deletions",
            "the queue of deletions in the source; deployments that share a source each need their own"),
    DELETE_S3_FILES("delete-s3-files-after-import", "true", "whether a replication's S3 objects go after its import"),
    LAG(
            "lag",
            null,
            "how far a timed window stays behind the source's clock, for writers whose clocks differ; default: what the"
                    + " database needs"),
    LEASE("lease", "60s", "how long a claim lasts without a heartbeat"),
    STUCK_AFTER(
            "stuck-after",
            "6h",
            "an unfinished replication that has not changed its state for so long is reported as stuck"),
    HTTP_ENABLED("http.enabled", "true", "whether 'run' serves the status page and the HTTP API"),
    HTTP_HOST("http.host", "127.0.0.1", "where it listens; beyond loopback it needs a user and password or a token"),
    HTTP_PORT("http.port", "0", "its port; 0: a free one, printed at start"),
    HTTP_USERNAME("http.username", null, "user of the status page and the HTTP API"),
    HTTP_PASSWORD("http.password", null, "the user's password"),
    HTTP_TOKEN("http.token", null, "token of programs: 'Authorization: Bearer TOKEN'"),
    MANAGEMENT_HOST("management.host", "127.0.0.1", "where metrics and health are served"),
    MANAGEMENT_PORT("management.port", "0", "their port; 0: a free one, printed at start"),
    LOG("log", "text", "how log lines are written: text, or json for one JSON object a line"),
    SCHEDULE("schedule", null, "Quartz cron expression for the tables that name none"),
    SHUTDOWN_TIMEOUT(
            "shutdown-timeout",
            "5m",
            "how long a stop waits for what runs; what is not finished by then is given back, and the next run resumes it"),
    MAINTENANCE_SCHEDULE(
            "maintenance-schedule",
            null,
            "Quartz cron expression: when 'run' vacuums and analyses the targets that need it; none: never"),
    DEBUG("debug", "false", "whether to log at DEBUG");

    /** What every key begins with. */
    public static final String PREFIX = "replicator.";

    /** Keys below this one name COPY clauses: {@code replicator.copy.NAME = CLAUSE}. */
    public static final String COPY_PREFIX = PREFIX + "copy.";

    private final String name;
    private final String defaultValue;
    private final String description;

    Setting(String name, String defaultValue, String description) {
        this.name = name;
        this.defaultValue = defaultValue;
        this.description = description;
    }

    /** The whole key, e.g. {@code replicator.source.url}. */
    public String key() {
        return PREFIX + name;
    }

    /** The environment variable that sets the key, e.g. {@code REPLICATOR_SOURCE_URL}. */
    public String environmentVariable() {
        return key().replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** The value where none is given. */
    public Optional<String> defaultValue() {
        return Optional.ofNullable(defaultValue);
    }

    /** What the key is for, in half a sentence. */
    public String description() {
        return description;
    }

    /** Finds the setting of a whole key. */
    public static Optional<Setting> of(String key) {
        return Arrays.stream(values()).filter(s -> s.key().equals(key)).findFirst();
    }

    /** The known key that is nearest to a misspelt one. */
    public static String nearest(String key) {
        List<String> known =
                new ArrayList<>(Arrays.stream(values()).map(Setting::key).toList());
        known.add(COPY_PREFIX + "NAME");
        return Nearest.to(key, known).orElseThrow();
    }
}
