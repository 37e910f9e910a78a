package io.github.redshiftreplicator.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.state.Owner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the next sandbox does with what a killed one has left; {@code SandboxCommandIT} kills a whole one. */
class SandboxDirectoryTest {
    @TempDir
    Path parent;

    private Path left;

    @BeforeEach
    void leave() throws IOException {
        left = Files.createDirectory(parent.resolve("redshift-sandbox-1"));
        Files.createDirectory(left.resolve("postgres"));
        // of a process with this one's number that started with the machine
        Files.writeString(left.resolve("owner"), Owner.here().text().replaceFirst("\\.\\d+\\.([^.]+)$", ".1.$1"));
    }

    private void startAnother() throws IOException {
        try (SandboxDirectory next = SandboxDirectory.createIn(parent)) {
            assertThat(next.path()).isDirectory();
        }
    }

    @Test
    void whatADeadOwnerLeftGoes() throws IOException {
        startAnother();
        assertThat(left).doesNotExist();
    }

    @Test
    void whatALivingOwnerHasStays() throws IOException {
        Files.writeString(left.resolve("owner"), Owner.here().text());
        startAnother();
        assertThat(left).isDirectory();
    }

    /** As a full disk leaves it: whether PostgreSQL runs cannot be told. */
    @Test
    void aFileOfPostgresThatIsEmptyKeepsNobodyFromStarting() throws IOException {
        Files.createFile(left.resolve("postgres/postmaster.pid"));
        startAnother();
        assertThat(left).isDirectory();
    }
}
