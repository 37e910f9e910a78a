package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.table.TableName;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.commons.lang3.function.FailableFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the files in routes/tables while the service runs: a new one adds its table, a changed one replaces it when
 * its run has finished, a removed one removes it. A file that cannot be used is reported and leaves the table as it was.
 * Files are looked at every two seconds, which every file system allows, unlike being told of changes.
 */
public final class LiveTables implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveTables.class);
    private static final int SECONDS_BETWEEN_LOOKS = 2;

    private final ModelCamelContext context;
    private final ReplicatorComponent replicator;
    private final RouteFiles files;
    private final Optional<Schedules> schedules;
    private final Map<Path, String> known = new ConcurrentHashMap<>();
    private final Map<Path, String> used = new ConcurrentHashMap<>();
    private final Set<Path> changing = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer;
    private final ExecutorService changes;

    private LiveTables(CamelContext context, RouteFiles files, Optional<Schedules> schedules) {
        this.context = (ModelCamelContext) context;
        this.replicator = ReplicatorComponent.of(context);
        this.files = files;
        this.schedules = schedules;
        this.timer = context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "table-files");
        this.changes = context.getExecutorServiceManager().newCachedThreadPool(this, "table-file");
    }

    /**
     * Starts to follow the files.
     *
     * @param files as they were loaded into the context
     * @param schedules follow the tables, too; empty where none run
     */
    public static LiveTables start(CamelContext context, RouteFiles files, Optional<Schedules> schedules) {
        LiveTables live = new LiveTables(context, files, schedules);
        live.known.putAll(files.loadedTables());
        live.known.forEach((file, text) -> {
            if (!files.routesOf(file).isEmpty()) {
                live.used.put(file, text);
            }
        });
        live.timer.scheduleWithFixedDelay(live::look, SECONDS_BETWEEN_LOOKS, SECONDS_BETWEEN_LOOKS, TimeUnit.SECONDS);
        return live;
    }

    private void look() {
        try {
            Map<Path, String> now = files.tableFiles(context, known);
            Set<Path> all = new HashSet<>(known.keySet());
            all.addAll(now.keySet());
            for (Path file : all) {
                String text = now.get(file);
                if (!Objects.equals(text, known.get(file)) && changing.add(file)) {
                    changes.execute(() -> change(file, Optional.ofNullable(text)));
                }
            }
        } catch (RuntimeException e) {
            LOG.warn("The table files could not be looked at: {}", e.toString());
        }
    }

    private void change(Path file, Optional<String> text) {
        try {
            if (text.isPresent()) {
                check(file, text.get());
                replace(file, text.get());
            } else {
                remove(file);
                files.forget(file);
                used.remove(file);
                LOG.info("{} is gone, and its table with it.", file.getFileName());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            files.report(context, file, e);
        } finally {
            text.ifPresentOrElse(t -> known.put(file, t), () -> known.remove(file));
            changing.remove(file);
        }
    }

    /**
     * Builds the file's routes in a context of their own, with the same templates, so that what cannot be used is
     * refused before the table in use is touched.
     */
    private void check(Path file, String text) throws Exception {
        try (DefaultCamelContext scratch = new DefaultCamelContext()) {
            scratch.disableJMX();
            scratch.setAutoStartup(false);
            Properties properties = context.getPropertiesComponent().loadProperties();
            scratch.getPropertiesComponent().setInitialProperties(properties);
            ReplicatorComponent component = new ReplicatorComponent(replicator.settings());
            scratch.addComponent("replicator", component);
            scratch.start();
            scratch.addRouteTemplateDefinitions(List.copyOf(context.getRouteTemplateDefinitions()));
            new RouteFiles(file.getParent().getParent()).load(scratch, file, text);
            for (RouteDefinition route : scratch.getRouteDefinitions()) {
                refuseTaken(route.getRouteId(), file);
                scratch.getRouteController().startRoute(route.getRouteId());
            }
            component.tables().all().forEach(table -> refuseTakenTarget(table, file));
        }
    }

    private void refuseTaken(String route, Path file) {
        if (context.getRoute(route) != null && !files.routesOf(file).contains(route)) {
            throw new IllegalArgumentException("another file has a route '" + route + "': give it its own routeId.");
        }
    }

    /** The table that has the target goes on; a new one must not come beside it. */
    private void refuseTakenTarget(TableConsumer table, Path file) {
        Set<String> replaced = files.routesOf(file);
        replicator
                .tables()
                .sharedTarget(
                        table.table(),
                        files.shown(file),
                        other -> !replaced.contains(other.getRouteId()),
                        FailableFunction.<TableName, RuntimeException>identity())
                .ifPresent(reason -> {
                    throw new IllegalArgumentException(reason);
                });
    }

    private void replace(Path file, String text) throws Exception {
        remove(file);
        put(file, text);
    }

    /** One file at a time: Camel's list of routes bears no two changes at once, and what a file has brought is told by it. */
    private synchronized void put(Path file, String text) throws Exception {
        boolean there = used.containsKey(file);
        try {
            files.load(context, file, text);
        } catch (Exception e) {
            if (there) {
                files.load(context, file, used.get(file));
                startSchedules(file);
            }
            throw e;
        }
        used.put(file, text);
        startSchedules(file);
        LOG.info("{} is {}.", file.getFileName(), there ? "changed, and its table with it" : "new, and its table runs");
    }

    private void remove(Path file) throws Exception {
        for (String route : files.routesOf(file)) {
            Optional<TableConsumer> table = replicator.tables().all().stream()
                    .filter(t -> t.getRouteId().equals(route))
                    .findFirst();
            if (table.isPresent()) {
                table.get().whenIdle(() -> remove(route, table));
            } else {
                remove(route, table);
            }
        }
    }

    /** As {@link #put}; the run that is waited for before keeps no other file waiting. */
    private synchronized void remove(String route, Optional<TableConsumer> table) throws Exception {
        if (table.isPresent() && schedules.isPresent()) {
            schedules.get().stop(table.get().table().name());
        }
        context.getRouteController().stopRoute(route);
        context.removeRoute(route);
        RouteDefinition definition = context.getRouteDefinition(route);
        if (definition != null) {
            context.removeRouteDefinition(definition);
        }
    }

    private void startSchedules(Path file) throws Exception {
        if (schedules.isEmpty()) {
            return;
        }
        Map<String, TableConsumer> byRoute = new HashMap<>();
        replicator.tables().all().forEach(table -> byRoute.put(table.getRouteId(), table));
        for (String route : files.routesOf(file)) {
            if (byRoute.containsKey(route)) {
                schedules.get().start(byRoute.get(route));
            }
        }
    }

    @Override
    public void close() {
        context.getExecutorServiceManager().shutdownNow(timer);
        context.getExecutorServiceManager().shutdownNow(changes);
    }
}
