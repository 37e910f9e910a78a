package io.github.redshiftreplicator.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OwnerTest {
    private final Owner here = Owner.here();

    @BeforeEach
    void onlyWhereProcessesCanBeTold() {
        assumeThat(here.namespace()).as("a readable /proc").doesNotStartWith("-");
    }

    @Test
    void theTextIsReadBack() {
        assertThat(here.text()).matches(".+:\\d+@\\d+#.+");
        assertThat(Owner.parse(here.text())).contains(here);
        assertThat(Owner.parse("somebody")).isEmpty();
        assertThat(Owner.parse("host:99999999999999999999@1#x")).isEmpty();
    }

    @Test
    void twoOwnersOfOneProcessAreDifferentAndAlive() {
        Owner other = Owner.here();

        assertThat(other).isNotEqualTo(here);
        assertThat(here.isDeadHere()).isFalse();
        assertThat(other.isDeadHere()).isFalse();
    }

    @Test
    void aProcessThatEndedIsDeadAndAStoppedOneIsAlive() throws Exception {
        Process process = new ProcessBuilder("sleep", "600").start();
        try {
            Owner owner = ownerOf(process.pid());
            assertThat(owner.isDeadHere()).isFalse();

            signal("STOP", process);
            assertThat(owner.isDeadHere()).isFalse();
            process.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
            assertThat(owner.isDeadHere()).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aNumberThatAnotherProcessHasNowIsDead() {
        assertThat(Fixtures.deadOwner().isDeadHere()).isTrue();
    }

    @Test
    void whatCannotBeSeenFromHereIsNotDead() {
        Owner dead = Fixtures.deadOwner();
        String[] parts = dead.namespace().split("\\.");

        assertThat(new Owner("elsewhere", dead.pid(), 0, dead.namespace()).isDeadHere())
                .as("another host")
                .isFalse();
        assertThat(new Owner(dead.host(), dead.pid(), 0, "0-0-0." + parts[1] + ".0").isDeadHere())
                .as("another boot or namespace")
                .isFalse();
        assertThat(new Owner(dead.host(), dead.pid(), 0, "-.-.0").isDeadHere())
                .as("unknown")
                .isFalse();
        assertThat(new Owner(dead.host(), dead.pid(), 0, "x").isDeadHere())
                .as("not written here")
                .isFalse();
    }

    @Test
    void theClockMayBeSetWhileAProcessRuns() {
        Owner seenWithAnotherClock = new Owner(here.host(), here.pid(), here.startMillis() + 5000, here.namespace());

        assertThat(seenWithAnotherClock.isDeadHere()).isFalse();
    }

    private Owner ownerOf(long pid) throws Exception {
        String[] fields = Files.readString(Path.of("/proc/" + pid + "/stat")).split(" ");
        return new Owner(here.host(), pid, 0, here.namespace().split("\\.")[0] + "." + fields[21] + ".0");
    }

    private static void signal(String signal, Process process) throws Exception {
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }
}
