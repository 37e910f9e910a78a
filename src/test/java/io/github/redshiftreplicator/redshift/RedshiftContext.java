package io.github.redshiftreplicator.redshift;

import com.zaxxer.hikari.HikariDataSource;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import io.github.redshiftreplicator.table.CsvFormat;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Lends a test a Camel context with nothing but the component, on the sandbox's Redshift and S3. */
final class RedshiftContext implements BeforeEachCallback, AfterEachCallback {
    private final SandboxExtension sandbox;
    private CamelContext camel;
    private ProducerTemplate producer;
    private HikariDataSource dataSource;
    private int parts;

    RedshiftContext(SandboxExtension sandbox) {
        this.sandbox = sandbox;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        Map<String, String> properties = sandbox.properties();
        camel = new DefaultCamelContext();
        asOrdinaryUser();
        RedshiftConfiguration options =
                camel.getComponent("redshift", RedshiftComponent.class).getConfiguration();
        options.setAccessKey(properties.get("replicator.s3.access-key"));
        options.setSecretKey(properties.get("replicator.s3.secret-key"));
        options.setBackoff(10);
        camel.start();
        producer = camel.createProducerTemplate();
    }

    /** From now on, what is sent goes to Redshift as the sandbox's own user. */
    void asOrdinaryUser() {
        Map<String, String> properties = sandbox.properties();
        as(properties.get("replicator.redshift.username"), properties.get("replicator.redshift.password"));
    }

    /** From now on, what is sent goes to Redshift as a superuser. */
    void asSuperuser() throws SQLException {
        as(sandbox.superuser(), sandbox.superuser());
    }

    private void as(String user, String password) {
        if (dataSource != null) {
            dataSource.close();
        }
        dataSource = RedshiftDataSource.create(sandbox.properties().get("replicator.redshift.url"), user, password);
        camel.getRegistry().bind(RedshiftConstants.DATA_SOURCE, dataSource);
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        camel.close();
        dataSource.close();
    }

    HikariDataSource dataSource() {
        return dataSource;
    }

    /** A part of these rows, and the manifest that lists it. */
    String manifest(String... rows) {
        int number = ++parts;
        String part = sandbox.putGzip("part-" + number + ".csv.gz", String.join("\n", rows) + "\n");
        return sandbox.putManifest(number + ".manifest", part);
    }

    /** A row of CSV; null is NULL. */
    static String row(String... values) {
        return String.join(
                ",",
                Arrays.stream(values)
                        .map(value -> value == null ? CsvFormat.NULL_MARKER : '"' + value.replace("\"", "\"\"") + '"')
                        .toList());
    }

    /** Sends a message without a body. */
    Exchange send(String uri, Map<String, Object> headers) {
        return send(uri, headers, null);
    }

    Exchange send(String uri, Map<String, Object> headers, Object body) {
        return producer.request(uri, exchange -> {
            exchange.getMessage().setHeaders(new LinkedHashMap<>(headers));
            exchange.getMessage().setBody(body);
        });
    }

    /** Loads a manifest, which must succeed, and returns the rows that it says it loaded. */
    long load(String uri, String manifest, long rows) throws Exception {
        return loaded(send(uri, load(manifest, rows)));
    }

    static Map<String, Object> load(String manifest, long rows) {
        return Map.of(RedshiftConstants.MANIFEST, manifest, RedshiftConstants.ROWS, rows);
    }

    static long loaded(Exchange exchange) throws Exception {
        if (exchange.getException() != null) {
            throw exchange.getException();
        }
        return exchange.getMessage().getHeader(RedshiftConstants.LOADED_ROWS, Long.class);
    }

    static boolean alreadyLoaded(Exchange exchange) {
        return exchange.getMessage().getHeader(RedshiftConstants.ALREADY_LOADED, Boolean.class);
    }

    List<List<String>> ledger(String target) throws Exception {
        return sandbox.redshiftRows("SELECT load_id, table_name, first_record, last_record, row_count FROM"
                + " replicator_ledger_" + target + " ORDER BY 1");
    }
}
