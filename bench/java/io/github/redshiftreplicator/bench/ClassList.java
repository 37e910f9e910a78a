package io.github.redshiftreplicator.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;

/**
 * The classes that the usual commands load, which {@code bin/replicator} has Java read ahead. {@code run} is none of them: it
 * starts once.
 */
@Command(
        name = "classes",
        description =
                "Writes the list of the classes that bin/replicator has Java read ahead: src/assembly/classes.lst.",
        mixinStandardHelpOptions = true)
final class ClassList implements Callable<Integer> {
    /** Made by reflection after some calls, by an order that differs from run to run. */
    private static final Pattern PASSING = Pattern.compile("jdk/internal/reflect/Generated.*|.*/jfr/.*");

    private static final String SMALL = "small";

    private final Set<String> classes = new TreeSet<>();
    private Bench bench;

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException {
        Path list = Bench.home().resolve("src/assembly/classes.lst");
        try (Bench started = Bench.start()) {
            bench = started;
            SampleTable.make(bench, 1000);
            try (Connection source = bench.source()) {
                Bench.execute(source, "CREATE TABLE " + SMALL + " AS SELECT * FROM " + SampleTable.NAME);
                Bench.execute(source, "ALTER TABLE " + SMALL + " ADD PRIMARY KEY (id)");
            }
            try (Connection redshift = bench.redshift()) {
                Bench.execute(redshift, "CREATE TABLE " + SMALL + " (LIKE " + SampleTable.NAME + ")");
            }
            Path deployment = bench.deployment("classes", Map.of());
            Bench.table(deployment, SampleTable.NAME, "identity");
            Bench.table(deployment, SMALL, "full");
            for (String command : List.of("export orders", "replicate all", "doctor", "status", "verify all")) {
                collect(deployment, command.split(" "));
            }
        }
        Files.write(list, classes);
        System.out.printf("%d lines in %s%n", classes.size(), list);
        return 0;
    }

    private void collect(Path deployment, String... arguments) throws IOException, InterruptedException {
        Path list = bench.folder().resolve("classes.txt");
        Path output = bench.folder().resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder(Bench.replicator(deployment, arguments))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("JAVA_OPTS", "-Xshare:off -XX:DumpLoadedClassList=" + list);
        if (builder.start().waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", arguments) + " failed:\n" + Files.readString(output));
        }
        List<String> found = new ArrayList<>(Files.readAllLines(list));
        found.removeIf(line -> line.startsWith("#") || PASSING.matcher(line).find());
        classes.addAll(found);
    }
}
