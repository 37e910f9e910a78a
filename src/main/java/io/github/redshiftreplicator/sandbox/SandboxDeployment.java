package io.github.redshiftreplicator.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A deployment directory over a running sandbox, by which commands in other terminals reach it. Its routes are those of the
 * directory that the sandbox was started in or, where that has no table, the sample's. It is among the sandbox's own files,
 * which nobody else can read and which are gone with it.
 */
final class SandboxDeployment {
    private static final String APPLICATION_PROPERTIES = "application.properties";

    /** What the jar holds of the checkout's routes, by its place there. */
    private static final Map<String, List<String>> ROUTES = Map.of(
            "", List.of("schedules"),
            "strategies/", List.of("full", "identity", "timed"),
            "tables/", List.of("countries", "customers", "order_items", "orders", "page_views"));

    private final Path directory;
    private final Path routes;

    private SandboxDeployment(Path directory, Path routes) {
        this.directory = directory;
        this.routes = routes;
    }

    /**
     * @param directory where it is made
     * @param given the directory that it was started in
     * @param properties the keys by which the sandbox is reached, which go before the given directory's own
     */
    static SandboxDeployment create(Path directory, Path given, Map<String, String> properties) throws IOException {
        Files.createDirectory(directory);
        Path routes = given.resolve("routes");
        if (hasTables(routes)) {
            Files.createSymbolicLink(directory.resolve("routes"), routes);
        } else {
            routes = directory.resolve("routes");
            copyRoutes(routes);
        }
        write(given, properties, directory.resolve(APPLICATION_PROPERTIES));
        return new SandboxDeployment(directory, routes);
    }

    private static boolean hasTables(Path routes) throws IOException {
        Path tables = routes.resolve("tables");
        if (!Files.isDirectory(tables)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(tables)) {
            return files.anyMatch(file -> file.toString().endsWith(".camel.yaml"));
        }
    }

    private static void copyRoutes(Path routes) {
        ROUTES.forEach((folder, names) -> names.forEach(name -> {
            String file = folder + name + ".camel.yaml";
            Path target = routes.resolve(file);
            try (InputStream resource = SandboxDeployment.class.getResourceAsStream("/redshift-replicator/" + file)) {
                Files.createDirectories(target.getParent());
                Files.copy(resource, target);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }));
    }

    private static void write(Path given, Map<String, String> properties, Path file) throws IOException {
        if (Files.exists(given.resolve(APPLICATION_PROPERTIES))) {
            Files.copy(given.resolve(APPLICATION_PROPERTIES), file);
        }
        Properties own = new Properties();
        own.putAll(properties);
        try (Writer writer = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            writer.write("\n");
            own.store(writer, "the sandbox's, which go before what stands above");
        }
    }

    /** It itself. */
    Path directory() {
        return directory;
    }

    /** Where its routes really are: what is edited there takes effect. */
    Path routes() {
        return routes;
    }
}
