package io.github.redshiftreplicator;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The libraries' classes, read ahead once for all children of a build: each of the many starts in two thirds of the time. Java
 * keeps no classes of directories, so those stand behind the jars, which the archive's class path is the beginning of.
 */
final class ClassArchive {
    private static final Path TARGET = Path.of("target");
    private static final Path CLASSES = Path.of("src/assembly/classes.lst");
    private static final List<String> OPTIONS = options();

    private ClassArchive() {}

    /** The options of a JVM that has this process's class path. */
    static List<String> forChildren() {
        return OPTIONS;
    }

    private static List<String> options() {
        List<String> path = List.of(System.getProperty("java.class.path").split(File.pathSeparator));
        String jars = path.stream().filter(ClassArchive::isJar).collect(Collectors.joining(File.pathSeparator));
        String all = Stream.concat(Stream.of(jars), path.stream().filter(entry -> !isJar(entry)))
                .collect(Collectors.joining(File.pathSeparator));
        Path archive = TARGET.resolve("children-"
                + Integer.toHexString(Arrays.asList(jars, System.getProperty("java.vm.version"))
                        .hashCode()) + ".jsa");
        try (FileChannel turn = FileChannel.open(
                TARGET.resolve("children.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // the other of Maven's forks waits for the one that makes it
            turn.lock();
            if (!Files.exists(archive)) {
                make(archive, jars);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.of("-XX:SharedArchiveFile=" + archive.toAbsolutePath(), "-Xlog:cds*=off", "-cp", all);
    }

    private static boolean isJar(String entry) {
        return entry.endsWith(".jar");
    }

    private static void make(Path archive, String jars) throws IOException {
        Path made = archive.resolveSibling(archive.getFileName() + ".new");
        Process dump = new ProcessBuilder(
                        Child.java(),
                        "-XX:+UseSerialGC",
                        "-Xshare:dump",
                        "-XX:SharedClassListFile=" + CLASSES,
                        "-XX:SharedArchiveFile=" + made,
                        "-Xlog:disable",
                        "-cp",
                        jars)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        dump.onExit().join();
        // without one, children read all classes by themselves
        if (dump.exitValue() == 0) {
            Files.move(made, archive, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
