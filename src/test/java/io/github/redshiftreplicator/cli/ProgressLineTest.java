package io.github.redshiftreplicator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private static String line(String table, long rows, long expected, int width) {
        return ProgressLine.of(table, rows, OptionalLong.of(expected), "74.4 MB", Duration.ofSeconds(4), width);
    }

    @Test
    void rowsRateBytesAndTheTimeLeftStandBesideTheBar() {
        assertThat(line("page_views", 750_000, 1_500_000, 80))
                .isEqualTo("page_views   50% [======      ] 750,000 rows, 187,500 rows/s, 74.4 MB, 0:04 left")
                .hasSize(80);
        assertThat(line("t", 1, 36_000, 120)).endsWith("1 rows, 0 rows/s, 74.4 MB, 39:59:56 left");
    }

    @Test
    void whereThereIsNoRoomTheNumbersStay() {
        assertThat(line("page_views", 750_000, 1_500_000, 70))
                .isEqualTo("page_views   50% 750,000 rows, 187,500 rows/s, 74.4 MB, 0:04 left");
        assertThat(line("page_views", 750_000, 1_500_000, 30)).isEqualTo("page_views   50% 750,000 rows…");
        assertThat(line("t".repeat(60), 9_999_999_999L, 99_999_999_999L, 80)).hasSizeLessThanOrEqualTo(80);
    }

    @Test
    void howManyRowsThereAreIsNotAlwaysKnownOrTrue() {
        assertThat(ProgressLine.of("users", 1000, OptionalLong.empty(), "1.0 kB", Duration.ofSeconds(1), 80))
                .isEqualTo("users  1,000 rows, 1,000 rows/s, 1.0 kB");
        assertThat(line("users", 0, 0, 80)).isEqualTo("users  0 rows, 0 rows/s, 74.4 MB");
        assertThat(line("users", 0, 10, 80)).startsWith("users    0% [").endsWith("] 0 rows, 0 rows/s, 74.4 MB");
        assertThat(line("users", 20, 10, 80)).startsWith("users  100% [====").endsWith(", 0:00 left");
    }
}
