package io.github.redshiftreplicator.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source's clock against this machine's stopwatch, and against its clock where there is none. */
class ClockReadingTest {
    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

    private static ClockReading reading(long source, long here, long uptime, String boot) {
        return new ClockReading(NOON.plusSeconds(source), NOON.plusSeconds(here), Duration.ofSeconds(uptime), boot);
    }

    private static Duration setBack(ClockReading then, ClockReading now) {
        return now.setBackSince(then);
    }

    @Test
    void isMeasuredByTheTimeThatTheMachineRuns() {
        ClockReading then = reading(0, 5, 1000, "a");

        assertThat(setBack(then, reading(60, 65, 1060, "a"))).isZero();
        assertThat(setBack(then, reading(50, 65, 1060, "a"))).hasSeconds(10);
        assertThat(setBack(then, reading(70, 65, 1060, "a"))).hasSeconds(-10);
    }

    /** The clocks of a machine that has both, or of this one alone. */
    @Test
    void doesNotHeedThisMachinesClockWhileItRuns() {
        ClockReading then = reading(0, 0, 1000, "a");

        assertThat(setBack(then, reading(50, 50, 1060, "a"))).hasSeconds(10);
        assertThat(setBack(then, reading(60, 86_460, 1060, "a"))).isZero();
        assertThat(setBack(then, reading(60, -86_400, 1060, "a"))).isZero();
    }

    @Test
    void isMeasuredByTheClocksOnAnotherMachineAndAfterARestart() {
        ClockReading then = reading(0, 0, 1000, "a");

        assertThat(setBack(then, reading(60, 60, 7, "b"))).isZero();
        assertThat(setBack(then, reading(50, 60, 7000, "b"))).hasSeconds(10);
        assertThat(setBack(then, reading(50, 60, 7, "a"))).hasSeconds(10);
        assertThat(setBack(reading(0, 0, 0, ClockReading.UNKNOWN), reading(50, 60, 0, ClockReading.UNKNOWN)))
                .hasSeconds(10);
    }

    @Test
    void isWrittenAndReadAgain() {
        ClockReading reading = reading(1, 2, 3, "a-b");

        assertThat(ClockReading.parse(reading.text())).contains(reading);
        assertThat(ClockReading.parse("")).isEmpty();
        assertThat(ClockReading.parse("1 2 3 4")).isEmpty();
        assertThat(ClockReading.parse(NOON + " " + NOON + " x a")).isEmpty();
    }

    @Test
    void readsTheMachineIfItTells(@TempDir Path proc) throws Exception {
        assertThat(ClockReading.beside(NOON, proc).boot()).isEqualTo(ClockReading.UNKNOWN);

        Files.writeString(proc.resolve("uptime"), "38074.93 36897.41\n");
        Files.createDirectories(proc.resolve("sys/kernel/random"));
        Files.writeString(proc.resolve("sys/kernel/random/boot_id"), "a-b\n");

        assertThat(ClockReading.beside(NOON, proc))
                .extracting(ClockReading::source, ClockReading::uptime, ClockReading::boot)
                .containsExactly(NOON, Duration.ofMillis(38_074_930), "a-b");
    }
}
