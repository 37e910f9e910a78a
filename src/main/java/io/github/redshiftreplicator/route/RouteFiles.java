package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.config.FileProblem;
import io.github.redshiftreplicator.config.Nearest;
import io.github.redshiftreplicator.config.SettingsException;
import io.github.redshiftreplicator.table.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.commons.lang3.function.FailableFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/**
 * The route files of a deployment directory. The templates and other routes come first, then one file a table; a file
 * that cannot be used is reported and skipped, and leaves no route behind.
 */
public final class RouteFiles {
    private static final Logger LOG = LoggerFactory.getLogger(RouteFiles.class);
    private static final Pattern NO_TEMPLATE = Pattern.compile("Cannot find RouteTemplate with id (.*)");

    private static final Pattern ROUTE_ID = Pattern.compile("(?m)^\\s+routeId:\\s*[\"']?(.*?)[\"']?\\s*$");

    private static final String ENDING = ".camel.yaml";

    private static final Pattern LOOKS_LIKE_ROUTES = Pattern.compile("(?i)[^.].*\\.(ya?ml|xml|java)");

    private final Path routes;
    private final Map<Path, String> broken = new ConcurrentSkipListMap<>();
    private final Set<Path> unreadable = ConcurrentHashMap.newKeySet();
    private final Map<Path, Set<String>> routesByFile = new ConcurrentHashMap<>();
    private final Map<Path, String> loadedTables = new ConcurrentHashMap<>();
    private volatile Tables tables = new Tables();

    /** @param routes the folder {@code routes}; it need not exist */
    public RouteFiles(Path routes) {
        this.routes = routes.toAbsolutePath().normalize();
    }

    /** The files that could not be used, or must not run beside each other, and why, one sentence each. */
    public Map<Path, String> broken() {
        Map<Path, String> all = new TreeMap<>(broken);
        sharedTargets().forEach(all::putIfAbsent);
        return all;
    }

    /** One sentence for each target that several files have, by the first of them. */
    private Map<Path, String> sharedTargets() {
        Map<Path, String> shared = new TreeMap<>();
        for (TableConsumer table : tables.all()) {
            tables.sharedTarget(table, FailableFunction.<TableName, RuntimeException>identity())
                    .filter(reason -> !shared.containsValue(reason))
                    .ifPresent(reason -> fileOf(table).ifPresent(file -> shared.put(file, reason)));
        }
        return shared;
    }

    private Optional<Path> fileOf(TableConsumer table) {
        return routesByFile.entrySet().stream()
                .filter(file -> file.getValue().contains(table.getRouteId()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** A file's path as it is shown, from the deployment directory on. */
    String shown(Path file) {
        return routes.getParent().relativize(file).toString();
    }

    /**
     * Loads every file into a started context. (Before its start one route that fails would keep all the others from
     * starting.)
     */
    public void load(CamelContext context) {
        tables = ReplicatorComponent.of(context).tables();
        tables.writtenIn(table -> fileOf(table).map(this::shown).orElse("the route '" + table.getRouteId() + "'"));
        for (Path file : files()) {
            try {
                String text = read(file);
                if (isTable(file)) {
                    loadedTables.put(file, text);
                }
                load((ModelCamelContext) context, file, text);
            } catch (Exception e) {
                report((ModelCamelContext) context, file, e);
            }
        }
        sharedTargets().values().forEach(reason -> LOG.error("{}", reason));
        ignored().forEach(file -> LOG.warn("{} is left out, for its name does not end with {}.", shown(file), ENDING));
    }

    /** What looks like a route file and is none. */
    private List<Path> ignored() {
        Path tables = routes.resolve("tables");
        try (Stream<Path> files = Files.isDirectory(tables) ? Files.list(tables) : Stream.empty()) {
            return files.filter(file -> LOOKS_LIKE_ROUTES
                            .matcher(file.getFileName().toString())
                            .matches())
                    .filter(file -> !file.getFileName().toString().endsWith(ENDING))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Camel would put the second route in the place of the first, silently. */
    private void requireOwnIds(Path file, String text) {
        Matcher matcher = ROUTE_ID.matcher(text);
        Set<String> own = new HashSet<>();
        while (matcher.find()) {
            String id = matcher.group(1);
            if (!own.add(id)) {
                throw new IllegalArgumentException("it has the routeId '" + id + "' twice: give each route its own.");
            }
            routesByFile.forEach((other, ids) -> {
                if (!other.equals(file) && ids.contains(id)) {
                    throw new IllegalArgumentException(
                            "the routeId '" + id + "' is taken by " + shown(other) + ": give each route its own.");
                }
            });
        }
    }

    /** Notes that a file cannot be used, once in the log for each reason. */
    void report(ModelCamelContext context, Path file, Exception e) {
        String reason = reason(context, file, e);
        if (!reason.equals(broken.put(file, reason))) {
            LOG.error("{}", reason);
        }
    }

    /** Loads one file, whose routes must not be there. Without success none of them is. */
    void load(ModelCamelContext context, Path file, String text) throws Exception {
        requireOwnIds(file, text);
        Set<String> before = routeIds(context);
        loadText(context, file, text);
        Set<String> added = routeIds(context);
        added.removeAll(before);
        routesByFile.put(file, added);
        broken.remove(file);
    }

    /** The ids of the routes that a file has brought. */
    Set<String> routesOf(Path file) {
        return routesByFile.getOrDefault(file, Set.of());
    }

    /** Forgets a file whose routes were removed. */
    void forget(Path file) {
        routesByFile.remove(file);
        broken.remove(file);
    }

    /** What was in the table files when {@link #load(CamelContext)} read them, whether it could be used or not. */
    Map<Path, String> loadedTables() {
        return Map.copyOf(loadedTables);
    }

    /**
     * The table files as they are now, with what is in them. One that cannot be read is reported and counts as unchanged.
     *
     * @param known what was in them before
     */
    Map<Path, String> tableFiles(ModelCamelContext context, Map<Path, String> known) {
        Map<Path, String> texts = new TreeMap<>();
        for (Path file : files()) {
            if (isTable(file)) {
                try {
                    texts.put(file, read(file));
                    if (unreadable.remove(file)) {
                        broken.remove(file);
                    }
                } catch (NoSuchFileException e) {
                    LOG.debug("{} went away while it was looked at.", file, e);
                } catch (IOException | IllegalArgumentException e) {
                    report(context, file, e);
                    unreadable.add(file);
                    Optional.ofNullable(known.get(file)).ifPresent(text -> texts.put(file, text));
                }
            }
        }
        return texts;
    }

    private boolean isTable(Path file) {
        return file.startsWith(routes.resolve("tables"));
    }

    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            // which has nothing to say itself
            throw new IllegalArgumentException("it is not in UTF-8: save it so.");
        }
    }

    private static void loadText(ModelCamelContext context, Path file, String text) throws Exception {
        Set<String> before = routeIds(context);
        try {
            PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("file:" + location(file), text));
            if (file.getParent().getFileName().toString().equals("tables")
                    && routeIds(context).equals(before)) {
                throw new IllegalArgumentException("it defines no route.");
            }
            for (RouteDefinition route : List.copyOf(context.getRouteDefinitions())) {
                if (!before.contains(route.getRouteId())) {
                    checkParameters(context, route);
                }
            }
        } catch (Exception e) {
            for (RouteDefinition route : List.copyOf(context.getRouteDefinitions())) {
                if (!before.contains(route.getRouteId())) {
                    context.removeRouteDefinition(route);
                }
            }
            throw e;
        }
    }

    /** Camel takes what follows the first dot of a name for its kind. */
    private static Path location(Path file) {
        String name = file.getFileName().toString();
        String bare = name.substring(0, name.length() - ENDING.length());
        return file.resolveSibling(bare.replace('.', '_') + ENDING);
    }

    /** Refuses what Camel would ignore: a parameter that the template does not have. */
    private static void checkParameters(ModelCamelContext context, RouteDefinition route) {
        if (route.getRouteTemplateContext() == null) {
            return;
        }
        Set<String> known = new HashSet<>();
        Set<String> others = new HashSet<>();
        for (RouteTemplateDefinition template : context.getRouteTemplateDefinitions()) {
            // a route does not know its template, but begins as that does
            String begin = template.getRoute().getInput().getEndpointUri();
            boolean own = begin.equals(route.getInput().getEndpointUri());
            if (template.getTemplateParameters() != null) {
                template.getTemplateParameters().forEach(parameter -> (own ? known : others).add(parameter.getName()));
            }
        }
        for (String name : route.getRouteTemplateContext().getParameters().keySet()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        others.contains(name)
                                ? "the parameter '" + name + "' is another strategy's: remove it."
                                : "unknown parameter '" + name + "', did you mean '"
                                        + Nearest.to(name, known).orElse("") + "'?");
            }
        }
    }

    private static Set<String> routeIds(ModelCamelContext context) {
        return context.getRouteDefinitions().stream()
                .map(RouteDefinition::getRouteId)
                .collect(Collectors.toSet());
    }

    /**
     * Every file, by its path below the folder as it was given. That may be a link, which leads elsewhere from one moment to
     * the next where Kubernetes mounts a ConfigMap.
     */
    private List<Path> files() {
        if (!Files.isDirectory(routes)) {
            return List.of();
        }
        Path tables = routes.resolve("tables");
        try {
            Path real = routes.toRealPath();
            try (Stream<Path> walk = Files.walk(real)) {
                return walk.filter(path -> path.getFileName().toString().endsWith(ENDING))
                        .map(path -> routes.resolve(real.relativize(path)))
                        .sorted(Comparator.<Path, Boolean>comparing(path -> path.startsWith(tables))
                                .thenComparing(Comparator.naturalOrder()))
                        .toList();
            }
        } catch (IOException e) {
            throw unreadable(routes, e);
        } catch (UncheckedIOException e) {
            throw unreadable(routes, e.getCause());
        }
    }

    private static SettingsException unreadable(Path folder, IOException e) {
        String which = e instanceof FileSystemException problem ? problem.getFile() : folder.toString();
        return new SettingsException("Cannot read " + which + ": " + FileProblem.of(e) + ".");
    }

    private String reason(ModelCamelContext context, Path file, Exception e) {
        Throwable cause = e;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String text = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        if (cause instanceof IOException problem) {
            text = FileProblem.of(problem) + ".";
        }
        if (cause instanceof NullPointerException || cause instanceof UnsupportedOperationException) {
            text =
                    "it is no list of templatedRoute, each with a routeTemplateRef, a routeId and parameters of a name and a"
                            + " value.";
        }
        if (cause instanceof MarkedYamlEngineException marked
                && marked.getProblemMark().isPresent()) {
            Mark mark = marked.getProblemMark().get();
            text = "line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1) + ": " + marked.getProblem()
                    + ".";
        }
        Matcher noTemplate = NO_TEMPLATE.matcher(text);
        if (noTemplate.matches()) {
            text = "unknown strategy '" + noTemplate.group(1) + "': use one of "
                    + templates(context.getRouteTemplateDefinitions()) + ".";
        }
        if (text.startsWith("Unable to parse resource")) {
            text = "it has no route.";
        }
        if (text.contains("Multiple consumers for the same endpoint")) {
            text =
                    "another file replicates the same source table into the same target: remove one, or give each its own"
                            + " targetTable.";
        }
        return shown(file) + " cannot be used: " + text.strip().replaceAll("\\s+", " ");
    }

    private static String templates(Collection<RouteTemplateDefinition> templates) {
        return templates.stream()
                .map(RouteTemplateDefinition::getId)
                .filter(id -> !Schedules.TEMPLATES.contains(id))
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
