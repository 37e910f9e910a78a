package io.github.redshiftreplicator;

import io.github.redshiftreplicator.cli.Service;
import io.github.redshiftreplicator.config.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * A deployment directory as a stranger would make it, with the project's own strategies, and the command line run in
 * it.
 */
public final class Deployment {
    /** What a command came to. */
    public record Result(int code, String out, String err) {
        @Override
        public String toString() {
            return "exit " + code + "\n" + out + err;
        }
    }

    private final Path directory;
    private final Map<String, String> properties = new TreeMap<>();

    public Deployment(Path directory, Map<String, String> properties) {
        this.directory = directory;
        this.properties.putAll(properties);
        copy(Path.of("routes/strategies"), directory.resolve("routes/strategies"));
        copy(Path.of("routes/schedules.camel.yaml"), directory.resolve("routes/schedules.camel.yaml"));
    }

    public Path directory() {
        return directory;
    }

    public Deployment set(String key, String value) {
        properties.put(key, value);
        return this;
    }

    public Deployment unset(String key) {
        properties.remove(key);
        return this;
    }

    /** Adds a table file; its parameters are names and values in turn. */
    public Deployment table(String name, String strategy, String... parameters) {
        StringBuilder yaml = new StringBuilder("- templatedRoute:\n    routeTemplateRef: " + strategy
                + "\n    routeId: " + quoted(name) + "\n    prefixId: " + quoted(name) + "\n    parameters:\n");
        boolean named = false;
        for (int i = 0; i < parameters.length; i += 2) {
            named |= parameters[i].equals("sourceTable");
            yaml.append("      - { name: ")
                    .append(parameters[i])
                    .append(", value: ")
                    .append(quoted(parameters[i + 1]))
                    .append(" }\n");
        }
        if (!named) {
            yaml.append("      - { name: sourceTable, value: ")
                    .append(quoted(name))
                    .append(" }\n");
        }
        return file("routes/tables/" + name + ".camel.yaml", yaml.toString());
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** Writes a file of the directory. */
    public Deployment file(String path, String content) {
        try {
            Path file = directory.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, content);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes {@code application.properties} as set so far, unless it says so: another process may be reading it. */
    public Deployment write() {
        String content = properties.entrySet().stream()
                .map(e -> e.getKey() + " = " + e.getValue().replace("\\", "\\\\"))
                .collect(Collectors.joining("\n", "", "\n"));
        return content.equals(written("application.properties")) ? this : file("application.properties", content);
    }

    private String written(String path) {
        try {
            Path file = directory.resolve(path);
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the service in this process, without its schedules; close it. */
    public Service service() {
        write();
        return Service.start(directory, Settings.of(properties, Map.of()));
    }

    /** Runs a command in this process. */
    public Result run(String... arguments) {
        write();
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine = Replicator.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        commandLine.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        int code = commandLine.execute(Stream.concat(Stream.of("-d", directory.toString()), Stream.of(arguments))
                .toArray(String[]::new));
        return new Result(code, out.toString(), err.toString());
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> walk = Files.walk(from)) {
            for (Path source : walk.toList()) {
                Path target = to.resolve(from.relativize(source).toString());
                if (Files.isDirectory(source)) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    Files.copy(source, target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
