package io.github.redshiftreplicator.sandbox;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The embedded default: an embedded PostgreSQL as the source, S3Proxy as S3, and a {@link RedshiftGateway} as Redshift, all on free
 * ports of the loopback interface with passwords made up for this run. {@link #close} (and the end of the JVM) stops everything and
 * deletes its files, which live under {@code java.io.tmpdir}. Thread-safe.
 */
public final class Sandbox implements AutoCloseable {

    /** The role that COPY may name in {@code IAM_ROLE}. */
    public static final String IAM_ROLE = "arn:aws:iam::000000000000:role/sandbox";

    /** The bucket's region. */
    public static final String REGION = "us-east-1";

    /** The bucket that is there from the start. */
    public static final String BUCKET = "sandbox";

    private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);
    private static final String SUPERUSER = "postgres";
    private static final String SOURCE_DATABASE = "shop";
    private static final String SOURCE_USER = "shop";
    private static final String REDSHIFT_DATABASE = "warehouse";
    private static final String REDSHIFT_USER = "replicator";
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final SandboxDirectory directory;
    private final String superuserPassword = secret();
    private final String sourcePassword = secret();
    private final String redshiftPassword = "R" + secret();
    private final String accessKey = "AKIA" + secret().substring(0, 16).toUpperCase(java.util.Locale.ROOT);
    private final String secretKey = secret() + secret();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread hook = new Thread(this::stop, "sandbox-stop");
    private EmbeddedPostgres postgres;
    private BlobStoreContext blobs;
    private S3Proxy s3;
    private RedshiftGateway gateway;
    private int s3Port;

    private Sandbox() throws IOException {
        directory = SandboxDirectory.create();
    }

    /** Starts everything; it takes some seconds. It stops with the JVM at the latest. */
    public static Sandbox start() throws IOException {
        Sandbox sandbox = startUnattended();
        Runtime.getRuntime().addShutdownHook(sandbox.hook);
        return sandbox;
    }

    /** Starts everything for a caller that closes it in any case, also when the JVM is told to stop. */
    static Sandbox startUnattended() throws IOException {
        Sandbox sandbox = new Sandbox();
        try {
            sandbox.startAll();
            return sandbox;
        } catch (IOException | RuntimeException e) {
            sandbox.stop();
            throw e;
        }
    }

    /** Where everything of it is kept; gone once it is closed. */
    Path directory() {
        return directory.path();
    }

    private void startAll() throws IOException {
        long from = System.nanoTime();
        CompletableFuture<Void> storage = CompletableFuture.runAsync(this::startS3);
        try {
            startPostgres();
            RedshiftCatalog catalog = RedshiftCatalog.create(backing());
            storage.join();
            gateway = new RedshiftGateway(new RedshiftGateway.Settings(
                    postgres.getPort(),
                    catalog,
                    new LoadErrors(backing()),
                    new S3Objects.Access(endpoint(), REGION, accessKey, secretKey, IAM_ROLE)));
        } catch (SQLException e) {
            throw new IOException("The sandbox's databases could not be made: " + e.getMessage(), e);
        } catch (CompletionException e) {
            throw new IOException("The sandbox's S3 could not be started: " + e.getCause(), e.getCause());
        }
        LOG.info(
                "Sandbox started in {} ms",
                Duration.ofNanos(System.nanoTime() - from).toMillis());
    }

    // ---- PostgreSQL

    private void startPostgres() throws IOException, SQLException {
        postgres = EmbeddedPostgres.builder()
                .setDataDirectory(directory.postgres())
                .setCleanDataDirectory(true)
                .setRegisterShutdownHook(false)
                .setPGStartupWait(START_LIMIT)
                .setLocaleConfig("locale", "C")
                .setLocaleConfig("encoding", "UTF8")
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("unix_socket_directories", "")
                .setServerConfig("fsync", "off")
                .setServerConfig("synchronous_commit", "off")
                .setServerConfig("full_page_writes", "off")
                .setServerConfig("wal_level", "minimal")
                .setServerConfig("max_wal_senders", "0")
                .setServerConfig("max_wal_size", "2GB")
                .setServerConfig("shared_buffers", "128MB")
                .setServerConfig("max_connections", "200")
                .setServerConfig("max_prepared_transactions", "10")
                .setServerConfig("timezone", "UTC")
                .start();
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER ROLE " + SUPERUSER + " PASSWORD '" + superuserPassword + "'");
            statement.execute("CREATE ROLE " + SOURCE_USER + " LOGIN PASSWORD '" + sourcePassword + "'");
            statement.execute("CREATE ROLE " + REDSHIFT_USER + " LOGIN CREATEROLE PASSWORD '" + redshiftPassword + "'");
            statement.execute("CREATE DATABASE " + SOURCE_DATABASE + " OWNER " + SOURCE_USER);
            statement.execute("CREATE DATABASE " + REDSHIFT_DATABASE + " OWNER " + REDSHIFT_USER);
            requirePasswords();
            statement.execute("SELECT pg_reload_conf()");
        }
    }

    private void requirePasswords() throws IOException {
        Files.writeString(directory.postgres().resolve("pg_hba.conf"), """
                # passwords go in the clear over loopback only
                host all all 127.0.0.1/32 password
                """, StandardCharsets.US_ASCII);
    }

    // ---- S3

    private void startS3() {
        try {
            Path store = Files.createDirectory(directory.s3());
            Properties properties = new Properties();
            properties.setProperty("jclouds.filesystem.basedir", store.toString());
            blobs = ContextBuilder.newBuilder("filesystem-nio2")
                    .credentials("identity", "credential")
                    .overrides(properties)
                    .build(BlobStoreContext.class);
            blobs.getBlobStore().createContainerInLocation(null, BUCKET);
            s3 = S3Proxy.builder()
                    .blobStore(blobs.getBlobStore())
                    .awsAuthentication(AuthenticationType.AWS_V4, accessKey, secretKey)
                    .endpoint(URI.create("http://127.0.0.1:0"))
                    .build();
            s3.start();
            s3Port = s3.getPort();
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    // ---- ways in

    /** The replicator's keys and values that lead to this sandbox. */
    public Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("replicator.source.url", sourceUrl());
        properties.put("replicator.source.username", SOURCE_USER);
        properties.put("replicator.source.password", sourcePassword);
        properties.put("replicator.redshift.url", redshiftUrl());
        properties.put("replicator.redshift.username", REDSHIFT_USER);
        properties.put("replicator.redshift.password", redshiftPassword);
        properties.put("replicator.s3.bucket", BUCKET);
        properties.put("replicator.s3.prefix", "replicator");
        properties.put("replicator.s3.region", REGION);
        properties.put("replicator.s3.endpoint", endpoint().toString());
        properties.put("replicator.s3.access-key", accessKey);
        properties.put("replicator.s3.secret-key", secretKey);
        return properties;
    }

    /** The source's JDBC URL, for PostgreSQL's driver. */
    public String sourceUrl() {
        return "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/" + SOURCE_DATABASE;
    }

    /** The stand-in's JDBC URL, for Redshift's driver. */
    public String redshiftUrl() {
        return "jdbc:redshift://127.0.0.1:" + gateway.port() + "/" + REDSHIFT_DATABASE + "?ssl=false";
    }

    /** S3's endpoint; objects are addressed by path. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + s3Port);
    }

    /** The stand-in, for its faults. */
    public RedshiftGateway redshift() {
        return gateway;
    }

    /** Sets how many slices STV_SLICES shows to connections opened from now on; two unless set. */
    public void slices(int count) throws SQLException {
        if (count < 1) {
            throw new IllegalArgumentException("a cluster has at least one slice, not " + count);
        }
        try (Connection connection = backingConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER DATABASE " + REDSHIFT_DATABASE + " SET redshift.slices TO '" + count + "'");
        }
    }

    /** A new connection to the source as the owner of its tables, who is an ordinary role. */
    public Connection sourceConnection() throws SQLException {
        return DriverManager.getConnection(sourceUrl(), SOURCE_USER, sourcePassword);
    }

    /** A new connection to the source's database as PostgreSQL's superuser. */
    public Connection sourceSuperuserConnection() throws SQLException {
        return dataSource(SOURCE_DATABASE).getConnection();
    }

    /** A new connection to the stand-in through Redshift's own driver. */
    public Connection redshiftConnection() throws SQLException {
        return redshiftConnection(Map.of());
    }

    /** A new connection to the stand-in through Redshift's own driver, with the driver's options. */
    public Connection redshiftConnection(Map<String, String> options) throws SQLException {
        Properties properties = new Properties();
        properties.putAll(options);
        properties.setProperty("user", REDSHIFT_USER);
        properties.setProperty("password", redshiftPassword);
        return new com.amazon.redshift.Driver().connect(redshiftUrl(), properties);
    }

    /** A new connection to the database behind the stand-in, as PostgreSQL's superuser and past all of the stand-in's rules. */
    public Connection backingConnection() throws SQLException {
        return backing().getConnection();
    }

    private DataSource backing() {
        return dataSource(REDSHIFT_DATABASE);
    }

    private DataSource dataSource(String database) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {postgres.getPort()});
        source.setDatabaseName(database);
        source.setUser(SUPERUSER);
        source.setPassword(superuserPassword);
        return source;
    }

    private static String secret() {
        byte[] bytes = new byte[12];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    // ---- the end

    /** Stops everything and deletes its files. Calling it again does nothing. */
    @Override
    public void close() {
        if (stop()) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // the JVM is stopping: the hook finds that all is done
            }
        }
    }

    private boolean stop() {
        if (!closed.compareAndSet(false, true)) {
            return false;
        }
        quietly("the Redshift stand-in", gateway);
        quietly("S3", s3 == null ? null : s3::stop);
        quietly("S3's store", blobs);
        quietly("PostgreSQL", postgres);
        quietly("the files", directory);
        return true;
    }

    private static void quietly(String what, AutoCloseable closeable) {
        if (closeable == null) {
            return;
        }
        try {
            closeable.close();
        } catch (Exception e) {
            LOG.warn("Could not stop {} of the sandbox: {}", what, e.toString());
        }
    }
}
