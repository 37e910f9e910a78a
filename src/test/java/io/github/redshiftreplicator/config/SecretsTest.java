package io.github.redshiftreplicator.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://me:hunter2@db:5432/shop",
                "jdbc:postgresql://db/shop?user=me&password=hunter2&ssl=true",
                "jdbc:oracle:thin:scott/hunter2@h:1521/x",
                "Failed to get driver instance for jdbcUrl=jdbc:mysql://u:hunter2@127.0.0.1:1/x",
                "claims to not accept jdbcUrl, jdbc:redshift://127.0.0.1:abc/x;UID=a;PWD=hunter2",
                "http://user:hunter2@127.0.0.1:1",
                "Error binding property (camel.component.aws2-s3.secretKy=hunter2) with name: secretKy on bean:"
                        + " org.apache.camel.AWS2S3Component@79ca92b9 with value: hunter2"
            })
    void whatStandsWhereSecretsDoIsMasked(String text) {
        assertThat(Secrets.masked(text)).doesNotContain("hunter2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://db:5432/shop?ssl=true",
                "jdbc:sqlite:/var/lib/shop.db",
                "column email holds more than 5 bytes in the row id=7 (me@example.org)",
                "password authentication failed for user \"me\""
            })
    void whatIsNoneStays(String text) {
        assertThat(Secrets.masked(text)).isEqualTo(text);
    }
}
