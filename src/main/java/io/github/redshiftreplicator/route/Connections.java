package io.github.redshiftreplicator.route;

import com.zaxxer.hikari.HikariDataSource;
import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.export.PartStore;
import io.github.redshiftreplicator.export.S3Clients;
import io.github.redshiftreplicator.redshift.RedshiftCatalog;
import io.github.redshiftreplicator.redshift.RedshiftDataSource;
import io.github.redshiftreplicator.source.SourceDatabase;
import io.github.redshiftreplicator.source.SourceSettings;
import io.github.redshiftreplicator.state.Owner;
import io.github.redshiftreplicator.state.Replications;
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
    private final Settings settings;
    private final Owner owner = Owner.here();
    private final LazyInitializer<SourceDatabase> source = lazy(this::openSource, SourceDatabase::close);
    private final LazyInitializer<NamedDataSource> state = lazy(this::openState, NamedDataSource::close);
    private final LazyInitializer<Replications> replications = lazy(this::openReplications, r -> {});
    private final LazyInitializer<S3Client> s3 = lazy(this::openS3, S3Client::close);
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
                .withTimeZone(settings.timeZone())
                .withParallelism(settings.integer(Setting.PARALLELISM, 1, 64));
        return settings.lag().map(defaults::withLag).orElse(defaults);
    }

    /** State is written statement by statement, each its own transaction; the source's pool does not do that. */
    private NamedDataSource openState() {
        boolean own = settings.get(Setting.STATE_URL).isPresent();
        Setting url = own ? Setting.STATE_URL : Setting.SOURCE_URL;
        // Made on first use: a wrong password is told at once then, not after the time that a busy pool may take.
        HikariDataSource pool = new HikariDataSource();
        pool.setPoolName("state");
        pool.setJdbcUrl(settings.require(url));
        settings.get(own ? Setting.STATE_USERNAME : Setting.SOURCE_USERNAME).ifPresent(pool::setUsername);
        settings.get(own ? Setting.STATE_PASSWORD : Setting.SOURCE_PASSWORD).ifPresent(pool::setPassword);
        pool.setMaximumPoolSize(4);
        pool.setMinimumIdle(0);
        pool.setConnectionTimeout(10_000);
        return new NamedDataSource(pool, own ? "the state database" : "the source", settings.require(url), url);
    }

    private Replications openReplications() {
        return new Replications(get(state), settings.require(Setting.STATE_TABLE), settings.lease());
    }

    private S3Client openS3() {
        return S3Clients.of(settings);
    }

    private NamedDataSource openRedshift() {
        String url = settings.require(Setting.REDSHIFT_URL);
        return new NamedDataSource(
                RedshiftDataSource.create(
                        url,
                        settings.get(Setting.REDSHIFT_USERNAME).orElse(null),
                        settings.get(Setting.REDSHIFT_PASSWORD).orElse(null)),
                "Redshift",
                url,
                Setting.REDSHIFT_URL);
    }

    @Override
    public void close() {
        for (LazyInitializer<?> lazy : new LazyInitializer<?>[] {source, state, s3, redshift}) {
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
