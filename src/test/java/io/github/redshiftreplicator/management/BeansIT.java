package io.github.redshiftreplicator.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.redshiftreplicator.Deployment;
import io.github.redshiftreplicator.cli.Service;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.management.MBeanFeatureInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.ReflectionException;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXConnectorServerFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Given a running service, an operator drives its tables through a remote JMX connection. */
class BeansIT {
    private static final String ROWS = "SELECT id, page FROM visits ORDER BY id";

    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @TempDir
    Path directory;

    private Deployment deployment;
    private Service service;
    private JMXConnectorServer server;
    private JMXConnector connector;
    private MBeanServerConnection jmx;
    private ObjectName visits;

    @BeforeEach
    void connect() throws Exception {
        SANDBOX.source("CREATE TABLE visits (id int PRIMARY KEY, page text)", "INSERT INTO visits VALUES (1, 'a')");
        SANDBOX.redshift("CREATE TABLE visits (id int, page varchar(10))");
        deployment =
                new Deployment(directory, SANDBOX.properties()).table("visits", "identity", "schedule", "0 0 0 1 1 ?");
        service = deployment.service();
        server = JMXConnectorServerFactory.newJMXConnectorServer(
                new JMXServiceURL("rmi", "127.0.0.1", 0),
                Map.of("jmx.remote.x.client.connection.check.period", 0L),
                ManagementFactory.getPlatformMBeanServer());
        server.start();
        connector = JMXConnectorFactory.connect(server.getAddress());
        jmx = connector.getMBeanServerConnection();
        visits = one("type=table,name=\"visits\",*");
    }

    @AfterEach
    void close() throws Exception {
        connector.close();
        server.stop();
        service.close();
        assertThat(ManagementFactory.getPlatformMBeanServer().queryNames(new ObjectName(Beans.DOMAIN + ":*"), null))
                .isEmpty();
    }

    private ObjectName one(String keys) throws Exception {
        return one(Beans.DOMAIN, keys);
    }

    private ObjectName one(String domain, String keys) throws Exception {
        Set<ObjectName> names = jmx.queryNames(new ObjectName(domain + ":" + keys), null);
        assertThat(names).hasSize(1);
        return names.iterator().next();
    }

    private Object get(String attribute) throws Exception {
        return jmx.getAttribute(visits, attribute);
    }

    private Object perform(String operation) throws Exception {
        return jmx.invoke(visits, operation, new Object[0], new String[0]);
    }

    @Test
    void aTableIsReplicatedStepByStepAndTellsWhatItDid() throws Exception {
        assertThat(get("Strategy")).isEqualTo("identity");
        assertThat(get("State")).isEqualTo("never");
        assertThat(get("Rows")).isEqualTo(-1L);
        assertThat(get("LagSeconds")).isEqualTo(-1L);

        assertThat(perform("export")).isEqualTo("exported; its import is due.");
        assertThat(get("State")).isEqualTo("uploaded");
        assertThat(SANDBOX.redshiftRows(ROWS)).isEmpty();
        assertThat(perform("import")).isEqualTo("imported.");
        assertThat(SANDBOX.redshiftRows(ROWS)).containsExactly(List.of("1", "a"));

        assertThat(get("State")).isEqualTo("imported");
        assertThat(get("LastRecord")).isEqualTo("1");
        assertThat(get("Rows")).isEqualTo(1L);
        assertThat(get("Parts")).isEqualTo(1L);
        assertThat((Long) get("Bytes")).isPositive();
        assertThat((Long) get("ExportMillis")).isNotNegative();
        assertThat((Long) get("ImportMillis")).isNotNegative();
        assertThat((Long) get("SecondsSinceImport")).isNotNegative();
        assertThat((Long) get("LagSeconds")).isNotNegative();
        assertThat(get("NextRun")).asString().contains("-01-01T");
        assertThat(get("Running")).isEqualTo(false);
        assertThat(perform("replicate")).isEqualTo("no new records.");
    }

    @Test
    void camelHasOneBeanForEachRouteAndNoneForItsSteps() throws Exception {
        service.close();
        deployment.table("orders", "timed");
        SANDBOX.source("CREATE TABLE orders (id int PRIMARY KEY, updated_at timestamptz)");
        service = deployment.service();

        Set<ObjectName> routes = jmx.queryNames(new ObjectName("org.apache.camel:type=routes,*"), null);
        assertThat(routes)
                .extracting(name -> jmx.getAttribute(name, "RouteId"))
                .containsExactlyInAnyOrder("visits", "orders");
        ObjectName orders = one("org.apache.camel", "type=routes,name=\"orders\",*");
        jmx.invoke(orders, "stop", new Object[0], new String[0]);
        assertThat(routes)
                .extracting(name -> jmx.getAttribute(name, "RouteId") + " " + jmx.getAttribute(name, "State"))
                .containsExactlyInAnyOrder("visits Started", "orders Stopped");
        assertThat(jmx.queryNames(new ObjectName("org.apache.camel:*"), null))
                .extracting(name -> name.getKeyProperty("type"))
                .doesNotContain("processors", "producers", "consumers", "endpoints", "dataformats");
    }

    @Test
    void whatStoppedIsToldRetriedAndCanceled() throws Exception {
        SANDBOX.redshift("DROP TABLE visits");
        perform("cancel");
        assertThatThrownBy(() -> perform("replicate")).hasMessageContaining("couldn't find table visits on Redshift");
        assertThat(get("LastError")).asString().contains("couldn't find table visits on Redshift");
        SANDBOX.redshift("CREATE TABLE visits (id int, page varchar(10))");
        perform("export");
        assertThat(get("LastError")).isEqualTo("");
        SANDBOX.redshift("DROP TABLE visits");
        assertThatThrownBy(() -> perform("retry")).hasMessageContaining("visits");
        assertThat(get("LastError")).asString().contains("visits");
        SANDBOX.redshift("CREATE TABLE visits (id int, page varchar(10))");

        assertThat(perform("retry")).isEqualTo("imported.");
        assertThat(get("LastError")).isEqualTo("");
        assertThat(get("Retries")).isEqualTo(1L);
        assertThat(SANDBOX.redshiftRows(ROWS)).containsExactly(List.of("1", "a"));

        assertThat(perform("retry")).asString().startsWith("nothing to retry");
        SANDBOX.source("INSERT INTO visits VALUES (2, 'b')");
        perform("export");
        assertThat(perform("cancel")).asString().contains("is canceled");
        assertThat(get("State")).isEqualTo("canceled");
    }

    @Test
    void aResetReplacesTheRowsAndMaintenanceRuns() throws Exception {
        perform("replicate");
        SANDBOX.source("UPDATE visits SET page = 'z'");
        assertThat(perform("reset")).asString().contains("full");
        perform("replicate");
        assertThat(SANDBOX.redshiftRows(ROWS)).containsExactly(List.of("1", "z"));

        assertThat(perform("vacuum")).isEqualTo("no VACUUM needed: 0.0 % of its rows are unsorted, 0.0 % deleted.");
        assertThat(perform("analyze")).asString().matches("ANALYZE took \\d+\\.\\d s\\.");
    }

    @Test
    void deletionsArePropagatedByThemselves() throws Exception {
        perform("replicate");
        assertThatThrownBy(() -> perform("deletes")).hasMessageContaining("its deletions are not tracked");
        service.close();
        deployment.table("visits", "identity", "deleteTracking", "true");
        assertThat(deployment.run("install").code()).isZero();
        service = deployment.service();
        visits = one("type=table,name=\"visits\",*");
        assertThat(perform("deletes")).isEqualTo("no deletion waits.");
        SANDBOX.source("INSERT INTO visits VALUES (2, 'b')", "DELETE FROM visits WHERE id = 1");

        assertThat(perform("deletes")).isEqualTo("imported.");

        assertThat(SANDBOX.redshiftRows(ROWS)).isEmpty();
    }

    @Test
    void aPausedTableRunsNothingUntilItIsResumed() throws Exception {
        perform("pause");
        assertThat(get("Paused")).isEqualTo(true);
        assertThat(get("NextRun")).isEqualTo("");
        assertThatThrownBy(() -> perform("replicate")).hasMessageContaining("suspended");
        assertThat(SANDBOX.redshiftRows(ROWS)).isEmpty();

        perform("resume");
        assertThat(get("Paused")).isEqualTo(false);
        assertThat(perform("replicate")).isEqualTo("imported.");
    }

    @Test
    void camelsOwnRouteBeansSteerATable() throws Exception {
        ObjectName route = one("org.apache.camel", "type=routes,name=\"visits\",*");

        jmx.invoke(route, "suspend", new Object[0], new String[0]);
        assertThatThrownBy(() -> perform("replicate")).hasMessageContaining("The route 'visits' is suspended");
        jmx.invoke(route, "resume", new Object[0], new String[0]);
        assertThat(perform("replicate")).isEqualTo("imported.");

        jmx.invoke(route, "stop", new Object[0], new String[0]);
        assertThatThrownBy(() -> perform("replicate")).hasMessageContaining("The route 'visits' is stopped");
        jmx.invoke(route, "start", new Object[0], new String[0]);
        assertThat(perform("replicate")).isEqualTo("no new records.");
    }

    @Test
    void oneBeanIsForTheWhole() throws Exception {
        ObjectName whole = one("type=replicator,*");
        assertThat(jmx.getAttribute(whole, "Tables")).isEqualTo(1L);
        assertThat(jmx.getAttribute(whole, "TableNames")).isEqualTo("visits");
        assertThat(jmx.invoke(whole, "replicate", new Object[0], new String[0])).isEqualTo("visits: imported.");
        assertThat(jmx.getAttribute(whole, "Unfinished")).isEqualTo(0L);
    }

    @Test
    void anOperationOfTheWholeIsNotTakenForOneOfATable() throws Exception {
        ObjectName whole = one("type=replicator,*");
        assertThatThrownBy(() ->
                        jmx.invoke(whole, "replicate", new Object[] {"visits"}, new String[] {String.class.getName()}))
                .isInstanceOf(ReflectionException.class)
                .hasMessage("replicate takes no arguments.");
        assertThat(SANDBOX.redshiftRows(ROWS)).isEmpty();
    }

    @Test
    void everythingIsDescribedAndNothingIsSecret() throws Exception {
        var info = jmx.getMBeanInfo(visits);
        assertThat(info.getOperations())
                .extracting(MBeanFeatureInfo::getName)
                .containsExactly(
                        "replicate",
                        "export",
                        "import",
                        "retry",
                        "cancel",
                        "reset",
                        "deletes",
                        "vacuum",
                        "analyze",
                        "pause",
                        "resume");
        assertThat(Arrays.stream(info.getAttributes()))
                .allMatch(a -> a.getDescription().length() > 3);
        assertThat(Arrays.stream(info.getOperations()))
                .allMatch(o -> o.getDescription().length() > 3);
        String[] attributes = Arrays.stream(info.getAttributes())
                .map(MBeanFeatureInfo::getName)
                .toArray(String[]::new);
        String shown = jmx.getAttributes(visits, attributes).toString();
        SANDBOX.properties().forEach((key, value) -> {
            if (key.contains("password") || key.contains("secret")) {
                assertThat(shown).doesNotContain(value);
            }
        });
    }
}
