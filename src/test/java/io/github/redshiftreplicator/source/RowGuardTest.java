package io.github.redshiftreplicator.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.redshiftreplicator.table.ColumnPlan;
import io.github.redshiftreplicator.table.Row;
import io.github.redshiftreplicator.table.SourceColumn;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.TargetColumn;
import java.sql.Types;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowGuardTest {
    private static final Map<String, TargetColumn> TARGETS = Map.ofEntries(
            Map.entry("int2", new TargetColumn("c", "int2", 16, 0)),
            Map.entry("int8", new TargetColumn("c", "int8", 64, 0)),
            Map.entry("dec", new TargetColumn("c", "numeric", 5, 2)),
            Map.entry("float4", new TargetColumn("c", "float4", 0, 0)),
            Map.entry("double", new TargetColumn("c", "float8", 0, 0)),
            Map.entry("bool", new TargetColumn("c", "bool", 0, 0)),
            Map.entry("text", new TargetColumn("c", "varchar", 6, 0)),
            Map.entry("char", new TargetColumn("c", "bpchar", 3, 0)),
            Map.entry("date", new TargetColumn("c", "date", 0, 0)),
            Map.entry("time", new TargetColumn("c", "timestamp", 0, 0)),
            Map.entry("json", new TargetColumn("c", "super", 0, 0)),
            Map.entry("byte", new TargetColumn("c", "varbyte", 2, 0)));

    private static RowGuard guard(String target, Map<String, String> options) {
        SourceColumn id = new SourceColumn("id", "integer", Types.INTEGER, 0, 0, false);
        SourceColumn value = new SourceColumn("c", "decimal", Types.DECIMAL, 0, 0, true);
        ColumnPlan plan = new ColumnPlan(List.of(
                new ColumnPlan.Pair(id, new TargetColumn("id", "int4", 32, 0)),
                new ColumnPlan.Pair(value, TARGETS.get(target))));
        return new RowGuard(Tables.table("t", Strategy.FULL, Optional.empty(), options), List.of("id"), plan);
    }

    private static Row row(String value) {
        return new Row(Map.of("id", 0, "c", 1), new String[] {"7", value});
    }

    @ParameterizedTest
    @CsvSource({
        "int2, 32767, 32767",
        "int2, -32768, -32768",
        "int2, 2.0, 2",
        "int2, true, 1",
        "int8, 9223372036854775807, 9223372036854775807",
        "dec, 999.99, 999.99",
        "dec, 1.500, 1.500",
        "dec, 1.5E1, 15.00",
        "dec, -0.01, -0.01",
        "float4, 0.1, 0.1",
        "float4, 33554432.0, 33554432.0",
        "float4, 200000000000000000000000, 200000000000000000000000",
        "double, 200000000000000000000000, 200000000000000000000000",
        "double, 36893488147419103232, 36893488147419103232",
        "double, 2.2250738585072014E-308, 2.2250738585072014E-308",
        "bool, true, true",
        "bool, 1.0, 1",
        "text, äöü, äöü",
        "text, '', ''",
        "char, ab, ab",
        "date, 2024-02-29, 2024-02-29",
        "date, 2024-02-29 00:00:00.000, 2024-02-29",
        "time, 2024-02-29 10:00:00.123456, 2024-02-29 10:00:00.123456",
        "time, 2024-02-29 10:00:00.123456000, 2024-02-29 10:00:00.123456000",
        "time, 2024-02-29 10:00:00.5+00, 2024-02-29 10:00:00.500000",
        "time, 2024-02-29 10:00:00+02:00, 2024-02-29 08:00:00.000000",
        "byte, 00FF, 00ff",
        "json, [\"123456789012345678901234567890123456789\"], [\"123456789012345678901234567890123456789\"]",
    })
    void whatFitsArrives(String target, String value, String expected) {
        RowGuard guard = guard(target, Map.of());
        assertThat(guard.fit(row(value)).get(1)).isEqualTo(expected);
        assertThat(guard.altered()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "NULL",
            value = {
                "int2, 32768, a number outside of -32768 to 32767, 32767",
                "int2, -99999, a number outside of -32768 to 32767, -32768",
                "int2, 1.5, decimals, 1",
                "int2, 99999.5, a number outside of -32768 to 32767, 32767",
                "int2, '', no number but '', NULL",
                "int2, x, no number but 'x', NULL",
                "int8, 9223372036854775808, a number outside of -9223372036854775808 to 9223372036854775807,"
                        + " 9223372036854775807",
                "dec, 1.239, more than 2 decimals, 1.23",
                "dec, -1.239, more than 2 decimals, -1.23",
                "dec, 1000, more than 3 digits before the decimal point, 999.99",
                "dec, -1000.555, more than 3 digits before the decimal point, -999.99",
                "dec, NaN, no number but 'NaN', NULL",
                "float4, 1.23456789, more digits than the float keeps, 1.2345679",
                "float4, 1.0E-40, a number closer to zero than 1.17549435E-38, 0",
                "double, -4.9E-324, a number closer to zero than 2.2250738585072014E-308, 0",
                "bool, 2, a number other than 0 and 1, 1",
                "bool, '', no boolean but an empty text, NULL",
                "text, äöüä, more than 6 bytes, äöü",
                "text, aäöü, more than 6 bytes, aäö",
                "text, abc😀, more than 6 bytes, abc",
                "text, @NULL7Kq@, 'the text @NULL7Kq@, which stands for NULL in the parts', @NULL7",
                "char, 'a ', 'trailing blanks, which CHAR forgets', a",
                "char, ä, characters that CHAR cannot hold, ?",
                "char, ääää, characters that CHAR cannot hold, ???",
                "date, 2024-02-29 00:00:01, a time of day, 2024-02-29",
                "date, yesterday, no time but 'yesterday', NULL",
                "time, 2024-02-29 10:00:00.1234567, more than 6 decimals of a second, 2024-02-29 10:00:00.123456",
                "time, -0044-03-15 12:00:00, a date before the year 1, 0001-01-01",
                "time, 0000-00-00 00:00:00, a date before the year 1, 0001-01-01",
                "time, +10000-01-01 00:00:00, a date after the year 9999, 9999-12-31",
                "time, '', no time but '', NULL",
                "byte, 000102, more than 2 bytes, 0001",
                "json, '', 'no JSON, which COPY takes for NULL', NULL",
                "json, [-123456789012345678901234567890123456789],"
                        + " 'a JSON number of more than 38 digits, or with an exponent and not exactly a double, which SUPER may"
                        + " not keep', NULL",
                "byte, '', 'no byte, which COPY takes for NULL', NULL",
            })
    void whatDoesNotFitIsRefusedOrAlteredAndCounted(String target, String value, String what, String nearest) {
        assertThatThrownBy(() -> guard(target, Map.of()).fit(row(value)))
                .isInstanceOf(ValueRefusedException.class)
                .hasMessageStartingWith("column c holds " + what + " in the row id=7: ");

        RowGuard altering = guard(target, Map.of("onOverflow", "truncate", "onInvalid", "replace"));
        assertThat(altering.fit(row(value)).get(1)).isEqualTo(nearest);
        assertThat(altering.altered()).isOne();

        RowGuard nulling = guard(target, Map.of("onOverflow", "c=null", "onInvalid", "null"));
        assertThat(nulling.fit(row(value)).get(1)).isNull();
        assertThat(nulling.altered()).isOne();
    }

    @Test
    void aTextWithTheCharacterNulIsRefused() {
        assertThatThrownBy(() -> guard("text", Map.of()).fit(row("a\0")))
                .hasMessageContaining("the character NUL")
                .hasMessageContaining("set onInvalid");
        assertThat(guard("text", Map.of("onInvalid", "replace")).fit(row("a\0")).get(1))
                .isEqualTo("a");
    }

    @Test
    void aRowThatFitsIsNotCopied() {
        Row row = row(null);
        assertThat(guard("dec", Map.of()).fit(row)).isSameAs(row);
    }
}
