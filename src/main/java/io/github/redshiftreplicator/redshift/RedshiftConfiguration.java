package io.github.redshiftreplicator.redshift;

import io.github.redshiftreplicator.table.CsvFormat;
import io.github.redshiftreplicator.table.PartFormat;
import io.github.redshiftreplicator.table.TableName;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.apache.camel.spi.UriPath;

/** The options of a {@code redshift:} endpoint. A blank text is the same as none. */
@UriParams
public class RedshiftConfiguration implements Cloneable {
    @UriPath(
            enums = "append,merge,replace,delete,vacuum,analyze",
            description =
                    "What to do: append COPYs into the target. merge replaces the target's rows that have the parts'"
                            + " keys and adds the others. replace puts the parts' rows in the place of all others. delete deletes"
                            + " the rows whose keys are in the body or in the manifest's parts. vacuum and analyze maintain.")
    @Metadata(required = true)
    private RedshiftOperation operation;

    @UriParam(description = "The target, as name or schema.name. For vacuum and analyze: none means all.")
    private String table;

    @UriParam(description = "The columns that identify a row, separated by commas. Needed by merge and delete.")
    private String keys;

    @UriParam(
            description =
                    "The parts' columns in their order, separated by commas. None means the target's, in its order.")
    private String columns;

    @UriParam(
            description =
                    "The URL of the manifest that lists the parts, s3://bucket/key. A replace without one empties the"
                            + " target.")
    private String manifest;

    @UriParam(enums = "gzip,csv,zstd", defaultValue = "gzip", description = "How the parts are compressed.")
    private String format = PartFormat.GZIP.word();

    @UriParam(
            label = "common",
            description = "The connections to Redshift. By default the DataSource in the registry that is called"
                    + " redshiftDataSource, else the only one there is.")
    private DataSource dataSource;

    @UriParam(description = "The region of the bucket, where it is not the cluster's.")
    private String region;

    @UriParam(
            label = "security",
            description =
                    "The role that COPY reads S3 with: its ARN, or default for the cluster's default role. Either this"
                            + " or the keys.")
    private String iamRole;

    @UriParam(label = "security", secret = true, description = "The id of the key that COPY reads S3 with.")
    private String accessKey;

    @UriParam(label = "security", secret = true, description = "The secret of the key that COPY reads S3 with.")
    private String secretKey;

    @UriParam(label = "security", secret = true, description = "The token of temporary keys.")
    private String sessionToken;

    @UriParam(
            label = "security,advanced",
            description =
                    "Asked for the authorization at each attempt, for keys that are renewed. In place of iamRole and the"
                            + " keys.")
    private Supplier<Authorization> authorization;

    @UriParam(
            prefix = "copy.",
            multiValue = true,
            description =
                    "COPY's clauses by name, such as copy.maxerror=MAXERROR 10. An empty clause removes one of the"
                            + " defaults: format, compression, null, timeformat, dateformat, region, and compupdate and statupdate"
                            + " of a staging table. copy.preset=rrr stands for the four of rails_redshift_replicator.")
    private Map<String, Object> copyOptions = new LinkedHashMap<>();

    @UriParam(
            defaultValue = CsvFormat.NULL_MARKER,
            label = "advanced",
            description =
                    "The unquoted field that means NULL; an empty one makes quoted empty texts NULL too, as EMPTYASNULL does.")
    private String nullMarker = CsvFormat.NULL_MARKER;

    @UriParam(
            defaultValue = "true",
            description =
                    "Whether a row in the ledger, written by the load's own transaction, makes each load take effect"
                            + " exactly once.")
    private boolean ledger = true;

    @UriParam(
            description =
                    "The ledger, as name or schema.name. By default replicator_ledger_<target> in the target's schema.")
    private String ledgerTable;

    @UriParam(
            description =
                    "Whether a replace loads into a new table and puts it in the target's place, with its owner, grants, keys and"
                            + " comments, rather than exchanging the rows. It needs a superuser, and is refused where views are"
                            + " bound to the target or anything else hangs on it that cannot be carried over.")
    private boolean swap;

    @UriParam(
            enums = "auto,full,sort only,delete only,reindex",
            defaultValue = "auto",
            description =
                    "What VACUUM does. auto is REINDEX for an interleaved sort key and FULL otherwise, and leaves a"
                            + " table alone of whose rows at most 5 % are unsorted and at most 5 % deleted. For analyze: auto"
                            + " leaves a table alone whose statistics are at most 10 % off, full never does.")
    private String mode = VacuumMode.AUTO.word();

    @UriParam(description = "Whether VACUUM takes more memory and disk, and keeps writers out.")
    private boolean boost;

    @UriParam(
            defaultValue = "5",
            label = "advanced",
            description = "How often a load is tried that meets a serialization error or a lost connection.")
    private int maxAttempts = 5;

    @UriParam(
            defaultValue = "1000",
            label = "advanced",
            javaType = "java.time.Duration",
            description = "The wait before the second attempt in milliseconds. It doubles each time, up to a minute.")
    private long backoff = 1000;

    @UriParam(
            defaultValue = "1800000",
            label = "advanced",
            javaType = "java.time.Duration",
            description =
                    "How long a load waits in milliseconds for another writer that has locked the target's ledger. Then it"
                            + " fails and says who that is.")
    private long lockTimeout = 1_800_000;

    /** A copy whose options can be set without changing this. */
    public RedshiftConfiguration copy() {
        try {
            RedshiftConfiguration copy = (RedshiftConfiguration) clone();
            copy.copyOptions = new LinkedHashMap<>(copyOptions);
            return copy;
        } catch (CloneNotSupportedException e) {
            throw new RuntimeCamelException(e);
        }
    }

    /**
     * What lets COPY read.
     *
     * @throws IllegalArgumentException unless exactly one of the role, the keys and the supplier is set
     */
    Authorization resolveAuthorization() {
        Optional<String> role = text(iamRole);
        Optional<String> access = text(accessKey);
        Optional<String> secret = text(secretKey);
        boolean keysSet = access.isPresent() || secret.isPresent();
        int given = (role.isPresent() ? 1 : 0) + (keysSet ? 1 : 0) + (authorization != null ? 1 : 0);
        if (given == 0) {
            throw new IllegalArgumentException("COPY has no authorization to read S3: set iamRole"
                    + " (replicator.redshift.iam-role), or accessKey and secretKey (replicator.s3.access-key and"
                    + " replicator.s3.secret-key).");
        }
        if (given > 1) {
            throw new IllegalArgumentException("COPY takes exactly one authorization: set either iamRole"
                    + " (replicator.redshift.iam-role), or accessKey and secretKey (replicator.s3.access-key and"
                    + " replicator.s3.secret-key).");
        }
        if (authorization != null) {
            return authorization.get();
        }
        if (role.isPresent()) {
            return new Authorization.Role(role.get());
        }
        if (access.isEmpty() || secret.isEmpty()) {
            throw new IllegalArgumentException("COPY needs accessKey and secretKey together"
                    + " (replicator.s3.access-key and replicator.s3.secret-key): one of them is missing.");
        }
        return new Authorization.Keys(access.get(), secret.get(), text(sessionToken));
    }

    /** Forgets the authorization, so that another one can take its place. */
    void clearAuthorization() {
        iamRole = null;
        accessKey = null;
        secretKey = null;
        sessionToken = null;
        authorization = null;
    }

    CopyClauses clauses(PartFormat partFormat, boolean staging) {
        Map<String, String> texts = new LinkedHashMap<>();
        copyOptions.forEach((name, clause) -> texts.put(name, clause == null ? "" : clause.toString()));
        return CopyClauses.of(partFormat, nullMarker, text(region), staging, texts);
    }

    /**
     * The COPY of one load with its secrets masked.
     *
     * @param staging whether it loads beside the target, as a merge and a replace do
     * @throws IllegalArgumentException if a clause or the authorization is refused
     */
    public String maskedCopy(
            TableName into, List<String> columns, String manifest, PartFormat format, boolean staging) {
        return new CopyCommand(into, columns, manifest, resolveAuthorization(), clauses(format, staging)).masked();
    }

    Optional<TableName> tableName() {
        return text(table).map(TableName::parse);
    }

    Optional<TableName> ledgerTableName() {
        return text(ledgerTable).map(TableName::parse);
    }

    List<String> keyList() {
        return list(keys);
    }

    List<String> columnList() {
        return list(columns);
    }

    Optional<String> manifestUrl() {
        return text(manifest);
    }

    Backoff newBackoff(RandomGenerator random) {
        return new Backoff(maxAttempts, Duration.ofMillis(backoff), random);
    }

    static List<String> list(String commaSeparated) {
        return text(commaSeparated).stream()
                .flatMap(text -> Arrays.stream(text.split(",")))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    static Optional<String> text(String option) {
        return Optional.ofNullable(option).map(String::strip).filter(text -> !text.isEmpty());
    }

    public RedshiftOperation getOperation() {
        return operation;
    }

    public void setOperation(RedshiftOperation operation) {
        this.operation = operation;
    }

    public String getTable() {
        return table;
    }

    public void setTable(String table) {
        this.table = table;
    }

    public String getKeys() {
        return keys;
    }

    public void setKeys(String keys) {
        this.keys = keys;
    }

    public String getColumns() {
        return columns;
    }

    public void setColumns(String columns) {
        this.columns = columns;
    }

    public String getManifest() {
        return manifest;
    }

    public void setManifest(String manifest) {
        this.manifest = manifest;
    }

    public String getFormat() {
        return format;
    }

    public void setFormat(String format) {
        this.format = format;
    }

    public DataSource getDataSource() {
        return dataSource;
    }

    public void setDataSource(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    public String getRegion() {
        return region;
    }

    public void setRegion(String region) {
        this.region = region;
    }

    public String getIamRole() {
        return iamRole;
    }

    public void setIamRole(String iamRole) {
        this.iamRole = iamRole;
    }

    public String getAccessKey() {
        return accessKey;
    }

    public void setAccessKey(String accessKey) {
        this.accessKey = accessKey;
    }

    public String getSecretKey() {
        return secretKey;
    }

    public void setSecretKey(String secretKey) {
        this.secretKey = secretKey;
    }

    public String getSessionToken() {
        return sessionToken;
    }

    public void setSessionToken(String sessionToken) {
        this.sessionToken = sessionToken;
    }

    public Supplier<Authorization> getAuthorization() {
        return authorization;
    }

    public void setAuthorization(Supplier<Authorization> authorization) {
        this.authorization = authorization;
    }

    public Map<String, Object> getCopyOptions() {
        return copyOptions;
    }

    public void setCopyOptions(Map<String, Object> copyOptions) {
        this.copyOptions = copyOptions;
    }

    public String getNullMarker() {
        return nullMarker;
    }

    public void setNullMarker(String nullMarker) {
        this.nullMarker = nullMarker;
    }

    public boolean isLedger() {
        return ledger;
    }

    public void setLedger(boolean ledger) {
        this.ledger = ledger;
    }

    public String getLedgerTable() {
        return ledgerTable;
    }

    public void setLedgerTable(String ledgerTable) {
        this.ledgerTable = ledgerTable;
    }

    public boolean isSwap() {
        return swap;
    }

    public void setSwap(boolean swap) {
        this.swap = swap;
    }

    public String getMode() {
        return mode;
    }

    public void setMode(String mode) {
        this.mode = mode;
    }

    public boolean isBoost() {
        return boost;
    }

    public void setBoost(boolean boost) {
        this.boost = boost;
    }

    public int getMaxAttempts() {
        return maxAttempts;
    }

    public void setMaxAttempts(int maxAttempts) {
        this.maxAttempts = maxAttempts;
    }

    public long getBackoff() {
        return backoff;
    }

    public void setBackoff(long backoff) {
        this.backoff = backoff;
    }

    public long getLockTimeout() {
        return lockTimeout;
    }

    public void setLockTimeout(long lockTimeout) {
        this.lockTimeout = lockTimeout;
    }
}
