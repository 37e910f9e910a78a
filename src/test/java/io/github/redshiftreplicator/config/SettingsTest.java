package io.github.redshiftreplicator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.redshiftreplicator.table.PartFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SettingsTest {
    private static Settings settings(Map<String, String> properties) {
        return Settings.of(properties, Map.of());
    }

    @Test
    void theDefaultsAre() {
        Settings settings = settings(Map.of());
        assertThat(settings.hasSource()).isFalse();
        assertThat(settings.format()).isEqualTo(PartFormat.GZIP);
        assertThat(settings.partSize()).isEqualTo(8 << 20);
        assertThat(settings.lease()).isEqualTo(Duration.ofSeconds(60));
        assertThat(settings.lag()).isEmpty();
        assertThat(settings.maxRetries()).isEmpty();
        assertThat(settings.historyCap()).isEmpty();
        assertThat(settings.flag(Setting.DELETE_S3_FILES)).isTrue();
        assertThat(settings.flag(Setting.DELETE_TRACKING)).isFalse();
        assertThat(settings.require(Setting.S3_REGION)).isEqualTo("us-east-1");
        assertThat(settings.integer(Setting.REDSHIFT_SLICES, 1, 10)).isEqualTo(1);
        assertThat(settings.integer(Setting.PARALLELISM, 1, 10)).isEqualTo(1);
        assertThat(settings.integer(Setting.CONCURRENT_TABLES, 1, 10)).isEqualTo(2);
    }

    @Test
    void anUnknownKeyIsNamedWithTheNearestKnownOne() {
        assertThatThrownBy(() -> settings(Map.of("replicator.redshift.slice", "4")))
                .isInstanceOf(SettingsException.class)
                .hasMessage("Unknown configuration key 'replicator.redshift.slice': did you mean"
                        + " 'replicator.redshift.slices'?");
    }

    @Test
    void keysOfOthersAreNotOurs() {
        assertThat(settings(Map.of("camel.main.name", "x", "my.key", "y")).hasSource())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "replicator.format, brotli, 'gzip, csv or zstd'",
        "replicator.part-size, huge, 'a size from 64KB to 1GB'",
        "replicator.part-size, 4GB, 'a size from 64KB to 1GB'",
        "replicator.max-retries, -1, a whole number of at least 0",
        "replicator.redshift.slices, 0, 'a whole number of at least 1'",
        "replicator.lease, soon, a duration such as 30s",
        "replicator.lease, 10ms, at least 1s",
        "replicator.delete-s3-files-after-import, perhaps, true or false"
    })
    void aBadValueIsNamedWithWhatIsExpected(String key, String value, String expected) {
        assertThatThrownBy(() -> settings(Map.of(key, value)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(key)
                .hasMessageContaining(value)
                .hasMessageContaining(expected);
    }

    @Test
    void aMissingKeyIsNamedWithItsVariable() {
        assertThatThrownBy(() -> settings(Map.of()).require(Setting.S3_BUCKET))
                .hasMessageContaining("replicator.s3.bucket")
                .hasMessageContaining("REPLICATOR_S3_BUCKET");
    }

    @Test
    void theEnvironmentGoesBeforeTheFileAndTheFileBeforeTheVariablesOfTheOldGem() {
        Map<String, String> environment = Map.of(
                "REPLICATOR_S3_BUCKET", "from-environment",
                "RRR_REPLICATION_BUCKET", "from-gem",
                "RRR_REPLICATION_PREFIX", "gem-prefix",
                "RRR_REPLICATION_REGION", "eu-west-1");
        Settings settings = Settings.of(
                Map.of("replicator.s3.bucket", "from-file", "replicator.s3.region", "eu-central-1"), environment);
        assertThat(settings.get(Setting.S3_BUCKET)).contains("from-environment");
        assertThat(settings.get(Setting.S3_REGION)).contains("eu-central-1");
        assertThat(settings.get(Setting.S3_PREFIX)).contains("gem-prefix");
    }

    @Test
    void theOldGemsRedshiftVariablesMakeAUrl() {
        Settings settings = Settings.of(
                Map.of(),
                Map.of(
                        "RRR_REDSHIFT_HOST", "cluster",
                        "RRR_REDSHIFT_DATABASE", "dw",
                        "RRR_REDSHIFT_PORT", "5440",
                        "RRR_REDSHIFT_USER", "me",
                        "RRR_REDSHIFT_PASSWORD", "secret",
                        "RRR_AWS_ACCESS_KEY_ID", "AK",
                        "RRR_AWS_SECRET_ACCESS_KEY", "SK"));
        assertThat(settings.get(Setting.REDSHIFT_URL)).contains("jdbc:redshift://cluster:5440/dw");
        assertThat(settings.get(Setting.REDSHIFT_USERNAME)).contains("me");
        assertThat(settings.get(Setting.S3_ACCESS_KEY)).contains("AK");
    }

    @Test
    void copyClausesAreKeyedAndAnEmptyOneRemovesItsDefault() {
        Settings settings =
                settings(Map.of("replicator.copy.truncate", "TRUNCATECOLUMNS", "replicator.copy.TimeFormat", ""));
        assertThat(settings.copyClauses())
                .containsOnly(Map.entry("truncate", "TRUNCATECOLUMNS"), Map.entry("timeformat", ""));
    }

    @Test
    void halfAPairOfKeysIsRefused() {
        assertThatThrownBy(() -> settings(Map.of("replicator.s3.access-key", "AK")))
                .hasMessageContaining("replicator.s3.secret-key");
    }

    @Test
    void theTextFormShowsNoSecret() {
        assertThat(settings(Map.of("replicator.source.password", "hunter2"))).hasToString("Settings[SOURCE_PASSWORD]");
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void everyKeyIsDocumented(Setting setting) throws IOException {
        assertThat(Files.readString(Path.of("docs/configuration.md"))).contains("`" + setting.key() + "`");
    }
}
