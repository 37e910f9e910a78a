package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.export.CsvPart;
import io.github.redshiftreplicator.export.RowMarshallers;
import io.github.redshiftreplicator.redshift.CopyClauses;
import io.github.redshiftreplicator.redshift.RedshiftComponent;
import io.github.redshiftreplicator.redshift.RedshiftConfiguration;
import io.github.redshiftreplicator.redshift.RedshiftConstants;
import io.github.redshiftreplicator.source.RowMapper;
import io.github.redshiftreplicator.state.Replication;
import io.github.redshiftreplicator.table.Row;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.SimpleTypeConverter;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The component {@code replicator:}. It owns the connections that the settings describe and knows every table that has a
 * route. Where nobody hands it settings it reads the context's {@code replicator.*} properties and the environment.
 *
 * <p>It binds what the route files refer to ({@link ReplicatorConstants}) before the first route is built.
 */
@Component("replicator")
public class ReplicatorComponent extends DefaultComponent {
    private static final Pattern RAW_VALUE = Pattern.compile("(?s)=RAW\\(.*?\\)(?=&|$)");

    private static final Logger LOG = LoggerFactory.getLogger(ReplicatorComponent.class);

    private final Tables tables = new Tables();
    private final RunListeners listeners = new RunListeners();
    private Settings settings;
    private Connections connections;

    public ReplicatorComponent() {}

    /** @param settings what to connect to, not null */
    public ReplicatorComponent(Settings settings) {
        this.settings = settings;
    }

    /** The component of a context, made on first use. */
    public static ReplicatorComponent of(CamelContext context) {
        return context.getComponent("replicator", ReplicatorComponent.class);
    }

    public Settings settings() {
        return settings;
    }

    public Connections connections() {
        return connections;
    }

    /** The tables that have a route, by name. */
    public Tables tables() {
        return tables;
    }

    /** The newest replication of each table that has a route and was replicated. */
    public List<Replication> newestReplications() {
        return connections
                .replications()
                .latest(tables.all().stream().map(table -> table.table().name()).toList());
    }

    /** Those who are told of every step of every run. */
    public RunListeners listeners() {
        return listeners;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        if (settings == null) {
            settings = Settings.of(contextProperties(), System.getenv());
        }
        connections = new Connections(settings);
        tables.limit(settings.integer(Setting.CONCURRENT_TABLES, 1, 256));
        bindBeans();
        getCamelContext().getCamelContextExtension().addInterceptStrategy(new ErrorsAsFailures());
    }

    private void configureRedshift(RedshiftConfiguration redshift) {
        settings.get(Setting.S3_REGION).ifPresent(redshift::setRegion);
        redshift.setCopyOptions(new HashMap<>(settings.copyClauses()));
        if (settings.get(Setting.REDSHIFT_IAM_ROLE).isPresent()) {
            redshift.setIamRole(settings.require(Setting.REDSHIFT_IAM_ROLE));
        } else if (settings.get(Setting.S3_ACCESS_KEY).isPresent()) {
            redshift.setAccessKey(settings.require(Setting.S3_ACCESS_KEY));
            redshift.setSecretKey(settings.require(Setting.S3_SECRET_KEY));
            settings.get(Setting.S3_SESSION_TOKEN).ifPresent(redshift::setSessionToken);
        } else {
            redshift.setAuthorization(new DefaultCredentials());
        }
    }

    private Map<String, String> contextProperties() {
        Properties properties =
                getCamelContext().getPropertiesComponent().loadProperties(key -> key.startsWith(Setting.PREFIX));
        Map<String, String> map = new HashMap<>();
        properties.stringPropertyNames().forEach(key -> map.put(key, properties.getProperty(key)));
        // Spring's environment tells a key's value, and not which keys it has
        Stream.concat(
                        Arrays.stream(Setting.values()).map(Setting::key),
                        CopyClauses.NAMES.stream().map(name -> Setting.COPY_PREFIX + name))
                .filter(key -> !map.containsKey(key))
                .forEach(key -> getCamelContext()
                        .getPropertiesComponent()
                        .resolveProperty(key)
                        .ifPresent(value -> map.put(key, value)));
        return map;
    }

    private void bindBeans() {
        DataSource source = connections.source().dataSource();
        bindByName(ReplicatorConstants.SOURCE_BEAN, () -> source);
        getCamelContext()
                .getExecutorServiceManager()
                .newThread("s3", this::makeS3)
                .start();
        bindByName(ReplicatorConstants.S3_BEAN, () -> new LateS3Client(connections.s3()));
        bindByName(ReplicatorConstants.ROWS_BEAN, RowMapper::new);
        bindByName(ReplicatorConstants.PARTS_BEAN, GatheredParts::new);
        bindByName(ReplicatorConstants.CSV_BEAN, RowMarshallers::new);
        DataSource redshift = connections.redshift();
        bindByName(RedshiftConstants.DATA_SOURCE, () -> redshift);
        configureRedshift(getCamelContext()
                .getComponent("redshift", RedshiftComponent.class)
                .getConfiguration());
        // For the steps of others: a data format of Camel's own, a file.
        getCamelContext()
                .getTypeConverterRegistry()
                .addTypeConverter(
                        InputStream.class,
                        CsvPart.class,
                        new SimpleTypeConverter(false, (type, exchange, part) -> ((CsvPart) part).inputStream()));
        // camel-csv asks for each row as a map; if it got none, every converter that Camel has would be tried, row by
        // row.
        getCamelContext()
                .getTypeConverterRegistry()
                .addTypeConverter(
                        Map.class, Row.class, new SimpleTypeConverter(false, (type, exchange, row) -> ((Row) row)
                                .asMap()));
        ExecutorServiceManager pools = getCamelContext().getExecutorServiceManager();
        // one thread waits for the reader, the others compress
        pools.registerThreadPoolProfile(
                pool(ReplicatorConstants.PARTS_BEAN, settings.integer(Setting.COMPRESSION_THREADS, 1, 256) + 1));
        ThreadPoolProfile uploads =
                pool(ReplicatorConstants.UPLOADS_POOL, settings.integer(Setting.UPLOAD_THREADS, 1, 256));
        // who finds all of its threads busy uploads the part itself, and takes no other meanwhile
        uploads.setMaxQueueSize(0);
        uploads.setRejectedPolicy(ThreadPoolRejectedPolicy.CallerRuns);
        pools.registerThreadPoolProfile(uploads);
    }

    /**
     * Binds a bean that is found by its name alone. By its type Camel would hand it to endpoints of the application that name none:
     * the S3 client to an {@code aws2-s3:} with keys of its own, the row mapper to every {@code sql:}.
     */
    private void bindByName(String name, Supplier<Object> bean) {
        getCamelContext().getRegistry().bind(name, Object.class, bean);
    }

    /** The profile of a pool, of which each route has its own; an idle pool keeps no thread. */
    private static ThreadPoolProfile pool(String name, int threads) {
        ThreadPoolProfile profile = new ThreadPoolProfile(name);
        profile.setPoolSize(threads);
        profile.setMaxPoolSize(threads);
        profile.setAllowCoreThreadTimeOut(true);
        profile.setKeepAliveTime(10L);
        return profile;
    }

    /** The slowest of all to make, and not needed before the first route: it is made while the context starts. */
    private void makeS3() {
        try {
            connections.s3();
        } catch (RuntimeException e) {
            LOG.debug("The first route will be told of it.", e);
        }
    }

    /** What is RAW is meant as it is written. Camel keeps it so but for the escapes in it, such as the %41 of a LIKE. */
    @Override
    public Endpoint createEndpoint(String uri, Map<String, Object> properties) throws Exception {
        String escaped = RAW_VALUE
                .matcher(uri)
                .replaceAll(value -> Matcher.quoteReplacement(value.group().replace("%", "%25")));
        return super.createEndpoint(escaped, properties);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        Operation operation = Operation.of(remaining);
        Map<String, Object> options = new HashMap<>(parameters);
        if (operation == Operation.TABLE) {
            // checked where the table is made, which knows the nearest name
            parameters.clear();
        } else if (operation.isTrigger()) {
            parameters.remove("table");
        }
        return new ReplicatorEndpoint(uri, this, operation, options);
    }

    @Override
    protected void doShutdown() throws Exception {
        super.doShutdown();
        if (connections != null) {
            connections.close();
        }
    }
}
