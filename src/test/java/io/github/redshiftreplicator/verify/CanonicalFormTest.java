package io.github.redshiftreplicator.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.table.TargetColumn;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What COPY was given and what Redshift shows of it have one text, and different values have two. */
class CanonicalFormTest {
    private static String of(String type, String text) {
        return new CanonicalForm(List.of(new TargetColumn("c", type, 0, 0))).of(Collections.singletonList(text))[0];
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "int8        | 007                          | 7",
                "numeric     | 1.50                         | 1.5",
                "numeric     | 0.000                        | 0",
                "float8      | 1e20                         | 100000000000000000000",
                "float8      | NaN                          | nan",
                "float4      | 0.1                          | 0.10000000149011612",
                "bool        | t                            | true",
                "bool        | 0                            | false",
                "date        | 2024-02-29                   | 2024-02-29 00:00:00",
                "timestamp   | 2024-02-29 10:00:00          | 2024-02-29T10:00:00.000000",
                "timestamptz | 2024-03-31 02:30:00+02       | 2024-03-31 00:30:00+00",
                "timestamptz | 2024-03-31 06:00:00+05:30    | 2024-03-31T00:30:00Z",
                "time        | 10:00:00                     | 10:00:00.000000",
                "timetz      | 10:00:00+02                  | 08:00:00+00",
                "bpchar      | 'a  '                        | a",
                "varbyte     | \\x00FF                      | 00ff",
                "super       | {\"b\": [1, 2.50], \"a\": 1} | {\"a\":1.0,\"b\":[1,2.5]}",
            })
    void oneValueHasOneText(String type, String copied, String shown) {
        assertThat(of(type, copied)).isEqualTo(of(type, shown));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "int8      | 7                      | 8",
                "numeric   | 1.5                    | 1.51",
                "float8    | 0.1                    | 0.10000000000000002",
                "varchar   | 1.50                   | 1.5",
                "varchar   | 'a '                   | a",
                "timestamp | 2024-02-29 10:00:00    | 2024-02-29 10:00:00.000001",
                "timestamp | infinity               | 2024-02-29 10:00:00",
                "super     | [1]                    | [\"1\"]",
                "super     | {\"a\": null}          | {}",
            })
    void twoValuesHaveTwo(String type, String one, String other) {
        assertThat(of(type, one)).isNotEqualTo(of(type, other));
    }

    @Test
    void nullAndTheEmptyTextAndTheirPlacesCount() {
        Fingerprint fingerprint = new Fingerprint();

        assertThat(fingerprint.of("", null))
                .isNotEqualTo(fingerprint.of(null, ""))
                .isNotEqualTo(fingerprint.of("", ""));
        assertThat(fingerprint.of("ab", "c")).isNotEqualTo(fingerprint.of("a", "bc"));
        assertThat(fingerprint.of("a")).isEqualTo(fingerprint.of("a"));
    }

    @Test
    void sumsMindNoOrderButEveryRow() {
        Fingerprint fingerprint = new Fingerprint();
        Checksums checksums = new Checksums(1_000_000);
        for (int i = 0; i < 1_000; i++) {
            Fingerprint.Hash row = fingerprint.of(String.valueOf(i));
            Fingerprint.Hash other = fingerprint.of(String.valueOf(999 - i));
            checksums.source(row, row);
            checksums.target(other, other);
        }
        assertThat(checksums.differing().isEmpty()).isTrue();

        Fingerprint.Hash twice = fingerprint.of("7");
        checksums.target(twice, twice);
        assertThat(checksums.differing().stream()).containsExactly(checksums.bucket(twice));
    }
}
