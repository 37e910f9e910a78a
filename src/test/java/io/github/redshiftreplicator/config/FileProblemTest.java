package io.github.redshiftreplicator.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FileProblemTest {
    @Test
    void whatIsWrongIsSaidWhereJavaSaysThePathAlone() {
        assertThat(FileProblem.of(new AccessDeniedException("a"))).isEqualTo("permission denied");
        assertThat(FileProblem.of(new NoSuchFileException("a"))).isEqualTo("there is no such file");
        assertThat(FileProblem.of(new FileAlreadyExistsException("a"))).isEqualTo("it is there already");
    }

    @Test
    void whatTheSystemSaysIsKept() {
        assertThat(FileProblem.of(new FileSystemException("a", null, "Read-only file system")))
                .isEqualTo("Read-only file system");
        assertThat(FileProblem.of(new IOException("No space left on device"))).isEqualTo("No space left on device");
        assertThat(FileProblem.of(new IOException())).isEqualTo("java.io.IOException");
    }
}
