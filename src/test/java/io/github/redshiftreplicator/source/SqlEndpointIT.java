package io.github.redshiftreplicator.source;

import static io.github.redshiftreplicator.source.Tables.begin;
import static io.github.redshiftreplicator.source.Tables.identity;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.export.RowBatches;
import io.github.redshiftreplicator.table.CsvFormat;
import java.util.Iterator;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.sql.SqlConstants;
import org.apache.camel.dataformat.csv.CsvDataFormat;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.commons.csv.QuoteMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Camel's own {@code sql:} endpoint reads an export's rows, in its snapshot, through the row mapper. */
class SqlEndpointIT {
    @RegisterExtension
    final PostgreSql postgres = new PostgreSql();

    @Test
    void anSqlEndpointStreamsTheRowsOfTheSnapshot() throws Exception {
        PostgreSql.Session admin = postgres.session();
        admin.execute(
                "CREATE TABLE users (id bigserial PRIMARY KEY, name text, flag bool)",
                "INSERT INTO users (name, flag) VALUES ('it''s \"a\"', true), (NULL, NULL), ('', false)");
        try (CamelContext context = new DefaultCamelContext();
                SourceDatabase source =
                        SourceDatabase.open(postgres.url(), "postgres", "postgres", SourceSettings.defaults());
                Export export = begin(source, identity("users"), null).orElseThrow()) {
            admin.execute("DELETE FROM users");
            context.getRegistry().bind("rows", new RowMapper());
            context.getRegistry().bind("source", source.dataSource());
            context.addRoutes(route());
            context.start();
            Exchange read = context.createFluentProducerTemplate()
                    .to("direct:read")
                    .withHeader(SqlConstants.SQL_QUERY, export.selectSql())
                    .withHeader(SqlConstants.SQL_DATA_SOURCE, export.dataSource())
                    .send();
            assertThat(read.getException()).isNull();
            assertThat(read.getMessage().getBody(String.class))
                    .isEqualTo("\"1\",\"it's \"\"a\"\"\",\"true\"\n\"2\",@NULL7Kq@,@NULL7Kq@\n\"3\",\"\",\"false\"\n");
        }
    }

    private static RouteBuilder route() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                CsvDataFormat csv = new CsvDataFormat();
                csv.setNullString(CsvFormat.NULL_MARKER);
                csv.setQuoteMode(QuoteMode.ALL_NON_NULL);
                csv.setRecordSeparator("\n");
                from("direct:read")
                        .to("sql:SELECT 1?dataSource=#source&outputType=StreamList&rowMapperFactory=#rows"
                                + "&usePlaceholder=false&fetchSize=1000")
                        .process(exchange -> {
                            Iterator<?> rows = exchange.getMessage().getBody(Iterator.class);
                            RowBatches batches = new RowBatches(rows, row -> row, RowBatches.DEFAULT_BATCH_SIZE, 1);
                            exchange.getMessage().setBody(batches.next());
                        })
                        .marshal(csv);
            }
        };
    }
}
