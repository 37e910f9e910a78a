package io.github.redshiftreplicator.redshift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.redshiftreplicator.table.CsvFormat;
import io.github.redshiftreplicator.table.PartFormat;
import io.github.redshiftreplicator.table.TableName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CopyCommandTest {
    private static final String MANIFEST = "s3://bucket/prefix/users/1.manifest";
    private static final Authorization ROLE = new Authorization.Role("arn:aws:iam::123456789012:role/load");

    @Test
    void namesColumnsManifestRoleAndClauses() {
        CopyCommand copy = copy(TableName.parse("app.Order \"x\""), List.of("id", "select"), ROLE, Map.of());

        assertThat(copy.sql())
                .isEqualTo("COPY \"app\".\"Order \"\"x\"\"\" (\"id\", \"select\") FROM '" + MANIFEST + "'"
                        + " IAM_ROLE 'arn:aws:iam::123456789012:role/load' MANIFEST CSV GZIP NULL AS '"
                        + CsvFormat.NULL_MARKER + "' TIMEFORMAT 'auto' DATEFORMAT 'auto'");
    }

    @Test
    void showsNoSecret() {
        CopyCommand copy = copy(
                TableName.parse("users"),
                List.of(),
                new Authorization.Keys("AKIA123", "s3cr'et", Optional.of("t0ken")),
                Map.of());

        assertThat(copy.sql())
                .contains("ACCESS_KEY_ID 'AKIA123' SECRET_ACCESS_KEY 's3cr''et' SESSION_TOKEN 't0ken' MANIFEST");
        assertThat(copy.masked()).contains("ACCESS_KEY_ID '***' SECRET_ACCESS_KEY '***' SESSION_TOKEN '***' MANIFEST");
        assertThat(copy.masked() + copy + copy.authorization()).doesNotContain("AKIA123", "s3cr", "t0ken");
    }

    @Test
    void defaultRoleIsAWord() {
        assertThat(new Authorization.Role("default").clause()).isEqualTo("IAM_ROLE default");
        assertThat(new Authorization.Role("arn:aws:iam::1:role/a,arn:aws:iam::2:role/b").clause())
                .isEqualTo("IAM_ROLE 'arn:aws:iam::1:role/a,arn:aws:iam::2:role/b'");
        assertThatIllegalArgumentException().isThrownBy(() -> new Authorization.Role("load' MAXERROR 5 --"));
    }

    @Test
    void stagingIsNotAnalysedAndTheRegionIsNamed() {
        assertThat(CopyClauses.of(PartFormat.ZSTD, "@N@", Optional.of("eu-west-1"), true, Map.of()))
                .hasToString("REGION 'eu-west-1' CSV ZSTD NULL AS '@N@' TIMEFORMAT 'auto' DATEFORMAT 'auto'"
                        + " COMPUPDATE OFF STATUPDATE OFF");
    }

    @Test
    void aClauseReplacesAddsOrRemovesOne() {
        assertThat(clauses(Map.of("timeformat", "TIMEFORMAT AS 'epochsecs'")))
                .hasToString("CSV GZIP NULL AS '@N@' TIMEFORMAT AS 'epochsecs' DATEFORMAT 'auto'");
        assertThat(clauses(Map.of("TimeFormat", " "))).hasToString("CSV GZIP NULL AS '@N@' DATEFORMAT 'auto'");
        assertThat(clauses(Map.of("mine", "maxerror as 10"))).asString().endsWith("DATEFORMAT 'auto' maxerror as 10");
    }

    @Test
    void presetStandsForTheOriginalsFour() {
        assertThat(CopyClauses.of(
                        PartFormat.CSV,
                        "@N@",
                        Optional.empty(),
                        true,
                        Map.of("preset", "rrr", "truncate", "", "empty", "BLANKSASNULL")))
                .hasToString("CSV NULL AS '@N@' TIMEFORMAT 'auto' DATEFORMAT 'auto' COMPUPDATE OFF STATUPDATE ON"
                        + " ACCEPTINVCHARS BLANKSASNULL");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> clauses(Map.of("preset", "mine")))
                .withMessage("Unknown preset of COPY clauses 'mine': the only one is rrr.");
    }

    @Test
    void knowsAValidation() {
        assertThat(clauses(Map.of("noload", "noload")).noLoad()).isTrue();
        assertThat(clauses(Map.of()).noLoad()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ACCEPTANYDATE",
                "ACCEPTINVCHARS",
                "ACCEPTINVCHARS AS '^'",
                "ACCEPTINVCHARS ''''",
                "BLANKSASNULL TRIMBLANKS",
                "COMPROWS 1000000",
                "COMPUPDATE PRESET",
                "COMPUPDATE",
                "COMPUPDATE TRUE",
                "DELIMITER '|'",
                "ENCODING UTF16LE",
                "ENCODING AS 'utf8'",
                "EXPLICIT_IDS",
                "FILLRECORD",
                "IGNOREBLANKLINES",
                "IGNOREHEADER AS 1",
                "IGNOREALLERRORS",
                "MAXERROR 100000",
                "REGION AS 'eu-west-1'",
                "ROUNDEC",
                "STATUPDATE OFF"
            })
    void takesWhatTheGrammarHas(String clause) {
        assertThat(clauses(Map.of("mine", clause))).asString().endsWith(clause);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ROUNDEC; DROP TABLE users | only words, numbers and texts in single quotes may stand in it",
                "ROUNDEC -- x | only words, numbers and texts in single quotes may stand in it",
                "ROUNDEC /* x */ | only words, numbers and texts in single quotes may stand in it",
                "NULL AS 'x\\' ROUNDEC | only words, numbers and texts in single quotes may stand in it",
                "NULL AS 'open | only words, numbers and texts in single quotes may stand in it",
                "MAXEROR 5 | MAXEROR is not a word of COPY's grammar",
                "5 | a word of COPY's grammar must come before each value",
                "MAXERROR | MAXERROR must be followed by a number",
                "MAXERROR 100001 | MAXERROR takes a number from 0 to 100000",
                "COMPROWS 5 | COMPROWS takes a number from 1000 to 2147483647",
                "ACCEPTINVCHARS 'ab' | ACCEPTINVCHARS takes exactly one character",
                "ENCODING latin1 | ENCODING is one of UTF8, UTF16, UTF16LE, UTF16BE, ISO88591",
                "DELIMITER | DELIMITER must be followed by a text in single quotes",
                "ROUNDEC ROUNDEC | ROUNDEC is given twice",
                "NULL AS '' | NULL is given twice",
                "JSON 'auto' | JSON may not be set here, the parts are delimited text",
                "MANIFEST | MANIFEST may not be set here, every COPY is given a manifest already",
                "CREDENTIALS 's3cret' | CREDENTIALS may not be set here, the authorization is set by iamRole or by"
                        + " accessKey and secretKey"
            })
    void refusesTheRest(String clause, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> clauses(Map.of("mine", clause)))
                .withMessage("The COPY clause 'mine' is refused: " + why + ".");
    }

    @Test
    void autoIsLowerCase() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> clauses(Map.of("timeformat", "TIMEFORMAT 'AUTO'")))
                .withMessage("The COPY clause 'timeformat' is refused: TIMEFORMAT 'auto' is written in lower case.");
    }

    @ParameterizedTest
    @CsvSource({"ESCAPE", "REMOVEQUOTES", "FIXEDWIDTH '1:2'"})
    void csvExcludes(String clause) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> clauses(Map.of("mine", clause)))
                .withMessage("COPY cannot have both CSV and " + clause.split(" ")[0] + ": remove one of them.");
        assertThat(clauses(Map.of("mine", clause, "format", ""))).asString().contains(clause);
    }

    @Test
    void oneCompressionOnly() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> clauses(Map.of("mine", "ZSTD")))
                .withMessage("COPY cannot have both GZIP and ZSTD: remove one of them.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"users.manifest", "s3://bucket", "s3:///key", "https://bucket/key"})
    void aManifestIsAnS3Url(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CopyCommand(TableName.parse("t"), List.of(), url, ROLE, clauses(Map.of())))
                .withMessageContaining("is not a manifest's URL: write s3://bucket/key.");
    }

    private static CopyCommand copy(
            TableName table, List<String> columns, Authorization authorization, Map<String, String> configured) {
        return new CopyCommand(
                table,
                columns,
                MANIFEST,
                authorization,
                CopyClauses.of(PartFormat.GZIP, CsvFormat.NULL_MARKER, Optional.empty(), false, configured));
    }

    private static CopyClauses clauses(Map<String, String> configured) {
        return CopyClauses.of(PartFormat.GZIP, "@N@", Optional.empty(), false, configured);
    }
}
