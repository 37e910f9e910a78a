package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.management.Notifications;
import io.github.redshiftreplicator.management.ReplicationEvent;
import io.github.redshiftreplicator.route.Outcome;
import io.github.redshiftreplicator.route.ReplicatorComponent;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.component.aws2.s3.AWS2S3Component;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.component.sql.SqlComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.PropertiesSource;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.camel.support.PluginHelper;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The jar in the Camel context of somebody else, as docs/embedding.md says. */
class EmbeddingIT {
    private static final String ROWS = "SELECT id, name FROM users ORDER BY id";
    private static final String STRATEGIES = "classpath:redshift-replicator/strategies/*.camel.yaml";

    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @BeforeEach
    void makeTables() throws SQLException {
        SANDBOX.source(
                "CREATE TABLE users (id int PRIMARY KEY, name text, updated_at timestamptz DEFAULT now())",
                "CREATE INDEX ON users (updated_at)",
                "INSERT INTO users SELECT g, 'user ' || g FROM generate_series(1, 100) g");
        SANDBOX.redshift("CREATE TABLE users (id int, name varchar(100))");
    }

    private static final class Trigger extends RouteBuilder {
        @Override
        public void configure() {
            from("direct:night").to("replicator:replicate?table=users").to("mock:done");
        }
    }

    @Test
    void aContextOfCamelMainTakesTheStrategiesFromTheJarAndTheTablesFromItsOwnFiles(@TempDir Path tables)
            throws Exception {
        Files.writeString(tables.resolve("users.camel.yaml"), """
                - templatedRoute:
                    routeTemplateRef: timed
                    routeId: users
                    prefixId: users
                    parameters:
                      - { name: sourceTable, value: users }
                """);
        Main main = new Main();
        SANDBOX.properties().forEach(main::addInitialProperty);
        main.addInitialProperty("camel.main.routesIncludePattern", STRATEGIES + ",file:" + tables + "/*.camel.yaml");
        main.configure().addRoutesBuilder(new Trigger());
        try {
            main.start();
            MockEndpoint done = main.getCamelContext().getEndpoint("mock:done", MockEndpoint.class);
            done.expectedMessageCount(1);
            main.getCamelTemplate().sendBody("direct:night", null);
            done.assertIsSatisfied();
            Outcome outcome = done.getExchanges().get(0).getMessage().getBody(Outcome.class);
            assertThat(outcome.replication().orElseThrow().recordCount()).hasValue(100);
        } finally {
            main.stop();
        }
        assertThat(SANDBOX.redshiftRows(ROWS)).isEqualTo(SANDBOX.sourceRows(ROWS));
    }

    @Test
    void aContextMadeByHandInstantiatesATemplateInJavaAndSubscribesToEvents() throws Exception {
        List<String> events = new CopyOnWriteArrayList<>();
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            java.util.Properties properties = new java.util.Properties();
            properties.putAll(SANDBOX.properties());
            context.getPropertiesComponent().setInitialProperties(properties);
            context.getManagementStrategy().addEventNotifier(new EventNotifierSupport() {
                @Override
                public void notify(CamelEvent event) {
                    if (event instanceof ReplicationEvent replication) {
                        events.add(replication.event().kind().word());
                    }
                }
            });
            PluginHelper.getRoutesLoader(context)
                    .loadRoutes(PluginHelper.getResourceLoader(context)
                            .resolveResource("classpath:redshift-replicator/strategies/full.camel.yaml"));
            TemplatedRouteBuilder.builder(context, "full")
                    .routeId("users")
                    .prefixId("users")
                    .parameters(Map.of("sourceTable", "users"))
                    .add();
            context.addRoutes(new Trigger());
            context.start();
            Notifications.start(context);
            context.createProducerTemplate().sendBody("direct:night", null);
            assertThat(SANDBOX.redshiftRows(ROWS)).isEqualTo(SANDBOX.sourceRows(ROWS));
            SANDBOX.redshift("DROP TABLE users");
            assertThatThrownBy(() -> context.createProducerTemplate().sendBody("direct:night", null))
                    .isInstanceOf(CamelExecutionException.class)
                    .hasRootCauseMessage("Table users: couldn't find table users on Redshift. Create it there; nothing"
                            + " was exported.");
        }
        assertThat(events).containsSubsequence("started", "exported", "imported", "started", "failed");
    }

    @Test
    void endpointsOfTheApplicationFindItsOwnConnectionsByTheirTypeAndNeverTheReplicators() throws Exception {
        JdbcDataSource own = new JdbcDataSource();
        own.setURL("jdbc:h2:mem:own");
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            java.util.Properties properties = new java.util.Properties();
            properties.putAll(SANDBOX.properties());
            context.getPropertiesComponent().setInitialProperties(properties);
            context.getRegistry().bind("own", own);
            context.getComponent("replicator");
            context.start();
            SqlComponent sql = context.getComponent("sql", SqlComponent.class);
            assertThat(sql.getDataSource()).isSameAs(own);
            assertThat(sql.getRowMapperFactory()).isNull();
            assertThat(context.getComponent("aws2-s3", AWS2S3Component.class)
                            .getConfiguration()
                            .getAmazonS3Client())
                    .isNull();
        }
    }

    @Test
    void anUnknownOptionOfATriggerIsRefused() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            java.util.Properties properties = new java.util.Properties();
            properties.putAll(SANDBOX.properties());
            context.getPropertiesComponent().setInitialProperties(properties);
            assertThatThrownBy(() -> context.getEndpoint("replicator:replicate?table=users&form=5"))
                    .hasMessageContaining("Unknown parameters=[{form=5}]");
        }
    }

    /** As of Spring's environment, which Camel asks for single keys. */
    @Test
    void theConfigurationMayComeFromASourceThatCannotBeListed() throws Exception {
        Map<String, String> properties = SANDBOX.properties();
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent().addPropertiesSource(new PropertiesSource() {
                @Override
                public String getName() {
                    return "environment";
                }

                @Override
                public String getProperty(String key) {
                    return key.equals("replicator.copy.compupdate") ? "COMPUPDATE ON" : properties.get(key);
                }
            });
            context.start();
            Settings settings = ReplicatorComponent.of(context).settings();
            assertThat(settings.get(Setting.SOURCE_URL)).hasValue(properties.get(Setting.SOURCE_URL.key()));
            assertThat(settings.get(Setting.STATE_URL)).isEmpty();
            assertThat(settings.copyClauses()).isEqualTo(Map.of("compupdate", "COMPUPDATE ON"));
        }
    }
}
