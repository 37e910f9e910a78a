package io.github.redshiftreplicator.bench;

import com.zaxxer.hikari.HikariDataSource;
import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.export.S3Clients;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.dataformat.CsvDataFormat;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The same job as Camel's standard components do it: {@code sql} with StreamList, batches, {@code csv},
 * {@code gzipDeflater}, {@code aws2-s3}. Takes a deployment directory and a query.
 */
public final class StandardRoute {
    private static final int ROWS_OF_BATCH = 5000;

    private StandardRoute() {}

    public static void main(String[] arguments) throws Exception {
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(Path.of(arguments[0], "application.properties"))) {
            properties.load(reader);
        }
        Map<String, String> settings = new TreeMap<>();
        properties.forEach((key, value) -> settings.put(key.toString(), value.toString()));
        // rows stream only from a connection in a transaction
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(settings.get("replicator.source.url"));
        source.setUser(settings.get("replicator.source.username"));
        source.setPassword(settings.get("replicator.source.password"));
        try (HikariDataSource pool = new HikariDataSource();
                DefaultCamelContext context = new DefaultCamelContext()) {
            pool.setDataSource(source);
            pool.setAutoCommit(false);
            context.getRegistry().bind("source", pool);
            context.getRegistry().bind("s3", S3Clients.of(Settings.of(settings, Map.of())));
            context.addRoutes(route(settings.get("replicator.s3.bucket")));
            context.start();
            context.createFluentProducerTemplate()
                    .to("direct:export")
                    .withBody(arguments[1])
                    .request();
        }
    }

    private static RouteBuilder route(String bucket) {
        CsvDataFormat csv = new CsvDataFormat();
        csv.setQuoteMode("MINIMAL");
        csv.setRecordSeparator("\n");
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:export")
                        .to("sql:select?useMessageBodyForSql=true&usePlaceholder=false&outputType=StreamList"
                                + "&dataSource=#source&fetchSize=5000")
                        .split(simple("${collate(" + ROWS_OF_BATCH + ")}"))
                        .streaming()
                        .stopOnException()
                        .marshal(csv)
                        .marshal()
                        .gzipDeflater()
                        .setHeader("CamelAwsS3Key", simple("standard/${exchangeProperty.CamelSplitIndex}.csv.gz"))
                        .to("aws2-s3:" + bucket + "?amazonS3Client=#s3");
            }
        };
    }
}
