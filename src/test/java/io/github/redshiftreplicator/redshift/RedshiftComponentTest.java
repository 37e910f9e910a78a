package io.github.redshiftreplicator.redshift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.github.redshiftreplicator.table.CsvFormat;
import io.github.redshiftreplicator.table.PartFormat;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedshiftComponentTest {
    private final CamelContext context = new DefaultCamelContext();

    @AfterEach
    void stop() throws Exception {
        context.close();
    }

    @Test
    void isFoundByItsSchemeAndHasItsDefaults() {
        RedshiftConfiguration options = context.getEndpoint("redshift:append?table=users", RedshiftEndpoint.class)
                .getConfiguration();

        assertThat(options.getOperation()).isEqualTo(RedshiftOperation.APPEND);
        assertThat(options.getFormat()).isEqualTo("gzip");
        assertThat(options.isLedger()).isTrue();
        assertThat(options.getMode()).isEqualTo("auto");
        assertThat(options.getMaxAttempts()).isEqualTo(5);
        assertThat(options.getBackoff()).isEqualTo(1000);
        assertThat(options.getNullMarker()).isEqualTo(CsvFormat.NULL_MARKER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"redshift:append?tabel=users", "redshift:upsert?table=users", "redshift:merge?ledger=maybe"})
    void refusesWhatItDoesNotKnow(String uri) {
        assertThatThrownBy(() -> context.getEndpoint(uri)).isInstanceOf(ResolveEndpointFailedException.class);
    }

    /** Fails after a change to the options until {@code mvn process-classes camel-package:generate} has run. */
    @Test
    void theGeneratedConfigurersKnowEveryOption() {
        List<String> options = Arrays.stream(RedshiftConfiguration.class.getDeclaredFields())
                .map(Field::getName)
                .filter(name -> !name.equals("operation"))
                .toList();

        assertThat(options).hasSizeGreaterThan(15).allSatisfy(option -> {
            assertThat(new RedshiftEndpointConfigurer().getOptionType(option, false))
                    .isNotNull();
            assertThat(new RedshiftComponentConfigurer().getOptionType(option, false))
                    .isNotNull();
        });
    }

    @Test
    void anEndpointOverridesTheComponent() {
        RedshiftConfiguration component =
                context.getComponent("redshift", RedshiftComponent.class).getConfiguration();
        component.setRegion("eu-west-1");
        component.setAccessKey("AKIA");
        component.setSecretKey("secret");
        component.setCopyOptions(Map.of("dateformat", "", "mine", "ROUNDEC"));

        RedshiftConfiguration inherited = options("redshift:append?table=users");
        assertThat(inherited.resolveAuthorization()).isInstanceOf(Authorization.Keys.class);
        assertThat(inherited.clauses(PartFormat.CSV, false).toString())
                .startsWith("REGION 'eu-west-1' CSV ")
                .endsWith(" ROUNDEC");

        RedshiftConfiguration own =
                options("redshift:append?table=users&region=us-east-1&iamRole=default&copy.mine=NOLOAD");
        assertThat(own.resolveAuthorization()).isEqualTo(new Authorization.Role("default"));
        assertThat(own.clauses(PartFormat.CSV, false).toString())
                .startsWith("REGION 'us-east-1' CSV ")
                .endsWith(" NOLOAD");
    }

    @Test
    void aLoadWithoutAuthorizationDoesNotStart() {
        assertThatThrownBy(() -> start("redshift:append?table=users"))
                .hasMessageContainingAll("replicator.redshift.iam-role", "replicator.s3.access-key");
        assertThatThrownBy(() -> start("redshift:append?table=users&iamRole=default&accessKey=a&secretKey=b"))
                .hasMessageContaining("exactly one authorization");
    }

    @Test
    void aClauseThatIsRefusedDoesNotStart() {
        assertThatThrownBy(() -> start("redshift:append?table=users&iamRole=default&copy.mine=RAW(ESCAPE)"))
                .hasMessageContaining("COPY cannot have both CSV and ESCAPE");
    }

    @Test
    void theDataSourceMustBePlain() throws Exception {
        assertThatThrownBy(() -> start("redshift:analyze")).hasMessageContaining("finds 0 DataSources");

        DataSource one = dataSource();
        context.getRegistry().bind("any", one);
        assertThat(context.getEndpoint("redshift:analyze", RedshiftEndpoint.class)
                        .dataSource())
                .isSameAs(one);

        context.getRegistry().bind("other", dataSource());
        assertThatThrownBy(() -> start("redshift:analyze"))
                .hasMessageContaining("bind Redshift's as redshiftDataSource");

        DataSource named = dataSource();
        context.getRegistry().bind(RedshiftConstants.DATA_SOURCE, named);
        assertThat(context.getEndpoint("redshift:analyze", RedshiftEndpoint.class)
                        .dataSource())
                .isSameAs(named);
    }

    @Test
    void anUriShowsNoSecret() {
        RedshiftEndpoint endpoint = context.getEndpoint(
                "redshift:append?table=users&accessKey=AKIA1&secretKey=RAW(s3cret)&sessionToken=t0ken",
                RedshiftEndpoint.class);

        assertThat(endpoint.toString()).doesNotContain("AKIA1", "s3cret", "t0ken");
    }

    private RedshiftConfiguration options(String uri) {
        return context.getEndpoint(uri, RedshiftEndpoint.class).getConfiguration();
    }

    private void start(String uri) throws Exception {
        context.start();
        context.getEndpoint(uri).createProducer().start();
    }

    private static DataSource dataSource() {
        return new HikariDataSource();
    }
}
