package io.github.redshiftreplicator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Given Redshift's driver, whose jar is signed, and one that is not. */
class UnsignedJarsTest {
    @TempDir
    Path from;

    @TempDir
    Path to;

    @Test
    void aSignedJarIsCopiedWithAllButItsSignature() throws Exception {
        Path driver = jarOf(com.amazon.redshift.Driver.class);
        Files.copy(driver, from.resolve("driver.jar"));
        Files.copy(jarOf(org.slf4j.Logger.class), from.resolve("other.jar"));
        Files.writeString(from.resolve("classes.lst"), "a/B");

        UnsignedJars.copy(from, to);

        assertThat(to).isDirectoryContaining("glob:**driver.jar").isDirectoryNotContaining("glob:**{other.jar,lst}");
        Map<String, Integer> copied = contents(to.resolve("driver.jar"));
        Map<String, Integer> expected = contents(driver);
        assertThat(expected.keySet().removeIf(name -> name.matches("META-INF/.*\\.(SF|RSA)")))
                .isTrue();
        copied.remove(JarFile.MANIFEST_NAME);
        expected.remove(JarFile.MANIFEST_NAME);
        assertThat(copied).isEqualTo(expected);
        try (JarFile copy = new JarFile(to.resolve("driver.jar").toFile());
                JarFile original = new JarFile(driver.toFile())) {
            assertThat(copy.getManifest().getMainAttributes())
                    .isEqualTo(original.getManifest().getMainAttributes());
            assertThat(copy.getManifest().getEntries()).isEmpty();
        }
    }

    private static Path jarOf(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static Map<String, Integer> contents(Path file) throws IOException {
        Map<String, Integer> contents = new TreeMap<>();
        try (JarFile jar = new JarFile(file.toFile(), false)) {
            for (ZipEntry entry : jar.stream().toList()) {
                contents.put(
                        entry.getName(),
                        Arrays.hashCode(jar.getInputStream(entry).readAllBytes()));
            }
        }
        return contents;
    }
}
