package io.github.redshiftreplicator.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonNumbersTest {
    private static final String DIGITS_38 = "12345678901234567890123456789012345678";
    private static final Pattern PATTERN = Pattern.compile(JsonNumbers.PATTERN);

    private static boolean isInField(String row, int... fields) {
        return JsonNumbers.isInField(row.getBytes(StandardCharsets.UTF_8), fields);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "D9",
                "[1, -D0]",
                "{\"a\": [\"\", {\"b\": D.9}]}",
                "{\"a\\\"b\": 0.D9}",
                "{\"\\\\\": D9e5}",
                "[\"D9\", 0.000D9]",
                "1e400",
                "{\"a\": -1.5E+309}",
                "[1,2e-0400]",
                "[\"1e5\", 2e-320]",
                "1e-2000000000",
                "9.840000000000002e22",
                "1e99999999999999999999",
                "1e-99999999999999999999",
                "12345678901234567890e1",
                "0.12345678901234567890E-5"
            })
    void whatRedshiftMayNotKeepIsFound(String pattern) {
        String json = pattern.replace("D", DIGITS_38);
        assertThat(JsonNumbers.isBeyond(json)).isTrue();
        assertThat(PATTERN.matcher(json).find()).isTrue();
        String quoted = '"' + json.replace("\"", "\"\"") + '"';
        assertThat(isInField("1,\"a,\"\"b\"," + quoted + ",x\n", 2)).isTrue();
        assertThat(isInField(quoted + "\n", 0)).isTrue();
        assertThat(isInField("1," + quoted + "\n", 0)).isFalse();
        assertThat(isInField("1," + quoted + ",x\n", 0, 1, 2)).isTrue();
        assertThat(isInField("1," + quoted + ",x\n")).isFalse();
    }

    /** The pattern finds more, and serves only to tell the row or where a policy asks for NULL. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.7976931348623157e308",
                "[1.2345678901234567E+100]",
                "2.2250738585072014e-308",
                "1e300",
                "0.0e-400",
                // PostgreSQL's texts of doubles of which the shortest is midway to the next
                "[9.840000000000001e+22, -1.7951887692215878e+17, 6.4389710459617264e+16]",
                // half of the last place is lost
                "[1765131026408548.2e0, 1765131026408548.3e0]"
            })
    void aDoubleIsKept(String json) {
        assertThat(JsonNumbers.isBeyond(json)).isFalse();
        assertThat(PATTERN.matcher(json).find()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "D",
                "-D",
                "[D, D]",
                "12.345678901234567890123456789012345678",
                "0.0000000000000000000000000000000000000000000000000000015",
                "\"D9\"",
                "{\"D9\": \"\\\"D9\"}",
                "{\"a\": \"D9\\\\\", \"b\": 1}",
                "{\"a\": \"1.D.9.D\"}",
                "[1e5, 1.5E-7, -2e+3, 0e0]",
                "{\"a\": \"1e400\", \"1e400\": [\"x 1e400\", \"1e400\"]}",
                "\"9e400\"",
                "1.23456789012345e100",
                "123456789012345e-200",
                "[2e23, 1E23, 8.41e21, -2e-44]"
            })
    void whatRedshiftKeepsIsNot(String pattern) {
        String json = pattern.replace("D", DIGITS_38);
        assertThat(JsonNumbers.isBeyond(json)).isFalse();
        assertThat(PATTERN.matcher(json).find()).isFalse();
        assertThat(isInField("D9,".replace("D", DIGITS_38) + '"' + json.replace("\"", "\"\"") + "\"\n", 1))
                .isFalse();
    }
}
