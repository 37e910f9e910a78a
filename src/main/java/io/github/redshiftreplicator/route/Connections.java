package io.github.redshiftreplicator.route;

import com.zaxxer.hikari.HikariDataSource;
import io.github.redshiftreplicator.config.DriverSockets;
import io.github.redshiftreplicator.config.FairPool;
import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.export.PartStore;
import io.github.redshiftreplicator.export.S3Clients;
import io.github.redshiftreplicator.redshift.RedshiftCatalog;
import io.github.redshiftreplicator.redshift.RedshiftDataSource;
import io.github.redshiftreplicator.source.DeletionTracking;
import io.github.redshiftreplicator.source.SourceDatabase;
import io.github.redshiftreplicator.source.SourceSettings;
import io.github.redshiftreplicator.state.Owner;
import io.github.redshiftreplicator.state.Replications;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.Table;
import io.github.redshiftreplicator.table.TableName;
import java.time.Duration;
import javax.sql.DataSource;
import org.apache.commons.lang3.concurrent.ConcurrentException;
import org.apache.commons.lang3.concurrent.LazyInitializer;
import org.apache.commons.lang3.function.FailableConsumer;
import org.apache.commons.lang3.function.FailableSupplier;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * What the settings connect to. Each connection is made on first use, so that a command needs only what it touches, and
 * a pool starts while its server is away. Thread-safe; closing closes all.
 */
public final class Connections implements AutoCloseable {
    /** Beside the tables' loads: looks at targets, comparisons, maintenance. */
    private static final int OTHER_REDSHIFT_CONNECTIONS = 6;

    private final Settings settings;
    private final Owner owner = Owner.here();
    private final LazyInitializer<SourceDatabase> source = lazy(this::openSource, SourceDatabase::close);
    private final LazyInitializer<NamedDataSource> state = lazy(this::openState, NamedDataSource::close);
    private final LazyInitializer<Replications> replications = lazy(this::openReplications, r -> {});
    private final LazyInitializer<S3Client> s3 = lazy(this::openS3, S3Client::close);
    private final LazyInitializer<NamedDataSource> queue = lazy(this::openQueue, NamedDataSource::close);
    private final LazyInitializer<NamedDataSource> redshift = lazy(this::openRedshift, NamedDataSource::close);

    public Connections(Settings settings) {
        this.settings = settings;
    }

    public Settings settings() {
        return settings;
    }

    /** Who claims replications through these connections. */
    public Owner owner() {
        return owner;
    }

    public SourceDatabase source() {
        return get(source);
    }

    /** The state table. */
    public Replications replications() {
        return get(replications);
    }

    /**
     * The queue of deletions in the source.
     *
     * @throws io.github.redshiftreplicator.source.SourceException if the source's database has none
     */
    public DeletionTracking deletions() {
        return new DeletionTracking(
                get(queue),
                settings.require(Setting.SOURCE_URL),
                TableName.parse(settings.require(Setting.DELETIONS_TABLE)));
    }

    /** Whether a table's deletions are tracked. A full replication needs no tracking: it replaces everything. */
    public boolean tracksDeletions(Table table) {
        return table.strategy() != Strategy.FULL
                && table.option("deleteTracking")
                        .map(Boolean::parseBoolean)
                        .orElseGet(() -> settings.flag(Setting.DELETE_TRACKING));
    }

    public S3Client s3() {
        return get(s3);
    }

    /** The parts in their bucket. */
    public PartStore parts() {
        return new PartStore(s3(), settings.require(Setting.S3_BUCKET));
    }

    public DataSource redshift() {
        return get(redshift);
    }

    public RedshiftCatalog catalog() {
        return new RedshiftCatalog(redshift());
    }

    private SourceDatabase openSource() {
        return SourceDatabase.open(
                settings.require(Setting.SOURCE_URL),
                settings.get(Setting.SOURCE_USERNAME).orElse(null),
                settings.get(Setting.SOURCE_PASSWORD).orElse(null),
                sourceSettings());
    }

    private SourceSettings sourceSettings() {
        SourceSettings defaults = SourceSettings.defaults()
                .withPoolSize(settings.integer(Setting.CONCURRENT_TABLES, 1, 256) + 2)
                .withConnectionTimeout(Duration.ofSeconds(10))
                .withParallelism(settings.integer(Setting.PARALLELISM, 1, Settings.MOST_READERS));
        return settings.lag().map(defaults::withLag).orElse(defaults);
    }

    /** State is written statement by statement, each its own transaction; the source's pool does not do that. */
    private NamedDataSource openState() {
        return settings.get(Setting.STATE_URL).isPresent()
                ? openWritable(
                        "state",
                        4,
                        "the state database",
                        Setting.STATE_URL,
                        Setting.STATE_USERNAME,
                        Setting.STATE_PASSWORD)
                : openSourceWritable("state", 4);
    }

    private NamedDataSource openQueue() {
        return openSourceWritable("deletions", 2);
    }

    private NamedDataSource openSourceWritable(String pool, int size) {
        return openWritable(
                pool, size, "the source", Setting.SOURCE_URL, Setting.SOURCE_USERNAME, Setting.SOURCE_PASSWORD);
    }

    private NamedDataSource openWritable(
            String name, int size, String place, Setting url, Setting username, Setting password) {
        // Made on first use: a wrong password is told at once then, not after the time that a busy pool may take.
        HikariDataSource pool = new FairPool();
        pool.setPoolName(name);
        pool.setJdbcUrl(settings.require(url));
        settings.get(username).ifPresent(pool::setUsername);
        settings.get(password).ifPresent(pool::setPassword);
        pool.setMaximumPoolSize(size);
        pool.setMinimumIdle(0);
        pool.setConnectionTimeout(10_000);
        DriverSockets.properties(settings.require(url)).forEach(pool::addDataSourceProperty);
        if (settings.require(url).startsWith("jdbc:postgresql:")) {
            // a process that stops inside a transaction must not keep a row from the one that takes over
            pool.setConnectionInitSql("SET idle_in_transaction_session_timeout = "
                    + settings.lease().toMillis());
        }
        return new NamedDataSource(pool, place, settings.require(url), url);
    }

    private Replications openReplications() {
        return new Replications(get(state), settings.require(Setting.STATE_TABLE), settings.lease());
    }

    private S3Client openS3() {
        return S3Clients.of(settings);
    }

    private NamedDataSource openRedshift() {
        String url = settings.require(Setting.REDSHIFT_URL);
        HikariDataSource pool = RedshiftDataSource.create(
                url,
                settings.get(Setting.REDSHIFT_USERNAME).orElse(null),
                settings.get(Setting.REDSHIFT_PASSWORD).orElse(null));
        // a load holds one for as long as it takes, and whoever waits gives up sooner
        pool.setMaximumPoolSize(settings.integer(Setting.CONCURRENT_TABLES, 1, 256) + OTHER_REDSHIFT_CONNECTIONS);
        return new NamedDataSource(pool, "Redshift", url, Setting.REDSHIFT_URL);
    }

    @Override
    public void close() {
        for (LazyInitializer<?> lazy : new LazyInitializer<?>[] {source, state, queue, s3, redshift}) {
            try {
                lazy.close();
            } catch (ConcurrentException e) {
                throw new IllegalStateException("A connection did not close: " + e.getMessage(), e);
            }
        }
    }

    private static <T> LazyInitializer<T> lazy(
            FailableSupplier<T, RuntimeException> open, FailableConsumer<T, RuntimeException> close) {
        return LazyInitializer.<T>builder()
                .setInitializer(open::get)
                .setCloser(close::accept)
                .get();
    }

    private static <T> T get(LazyInitializer<T> lazy) {
        try {
            return lazy.get();
        } catch (ConcurrentException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
        }
    }
}
