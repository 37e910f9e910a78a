package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.management.Management;
import io.github.redshiftreplicator.management.StatusServer;
import io.github.redshiftreplicator.route.LiveTables;
import io.github.redshiftreplicator.route.Outcome;
import io.github.redshiftreplicator.route.Schedules;
import io.github.redshiftreplicator.route.TableConsumer;
import io.github.redshiftreplicator.state.NextStep;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.commons.lang3.time.DurationFormatUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** The application as a service: its tables run by their schedules until the process is told to stop. */
public final class Service implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Service.class);

    private final Application application;
    private final Optional<StatusServer> statusServer;
    private LiveTables liveTables;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stopAndWait, "stop");

    private Service(Application application, Optional<StatusServer> statusServer) {
        this.application = application;
        this.statusServer = statusServer;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Starts the deployment directory's application; nothing runs yet. */
    public static Service start(Path directory, Settings settings) {
        Management.requireAddress(settings);
        Application application = Application.start(directory, settings, Management.properties(settings));
        try {
            Management.secure(application.context());
            Management.start(application.context());
            Service service = new Service(application, statusServer(application));
            Management.url(application.context())
                    .ifPresent(url -> LOG.info("Metrics and health: {}/observe/metrics and /health", url));
            service.url().ifPresent(url -> LOG.info("Status page: {}", url));
            return service;
        } catch (RuntimeException e) {
            application.close();
            throw e;
        }
    }

    private static Optional<StatusServer> statusServer(Application application) {
        Settings settings = application.settings();
        return settings.flag(Setting.HTTP_ENABLED)
                ? Optional.of(StatusServer.start(application.context(), settings, application.routeFiles()::broken))
                : Optional.empty();
    }

    /** Where the status page is, empty if it is switched off. */
    public Optional<String> url() {
        return statusServer.map(StatusServer::url);
    }

    /** The running context. */
    public CamelContext context() {
        return application.context();
    }

    /** Starts the schedules and follows the table files. A table whose run was due while no service ran is replicated once, now. */
    public void schedule() throws Exception {
        Schedules schedules = new Schedules(application.context(), application.replicator());
        int scheduled = schedules.start();
        liveTables = LiveTables.start(application.context(), application.routeFiles(), Optional.of(schedules));
        LOG.info(
                "{} tables, {} of them on a schedule. Stop with Ctrl-C.",
                application.replicator().tables().all().size(),
                scheduled);
    }

    /** Replicates every table once and shows the progress. */
    public String replicateAll() throws InterruptedException {
        Collection<TableConsumer> tables = application.replicator().tables().all();
        TableRunner runner = new TableRunner(application.replicator().tables());
        List<Outcome> outcomes;
        try (ProgressDisplay progress = ProgressDisplay.start(tables)) {
            outcomes = runner.run(
                    tables,
                    NextStep.Action.REPLICATE,
                    outcome -> progress.println(new java.io.PrintWriter(System.err, true), outcome));
        }
        Map<String, String> strategies = tables.stream()
                .collect(Collectors.toMap(
                        t -> t.table().name(), t -> t.table().strategy().word()));
        return Summary.of(outcomes, strategies, CommandLine.Help.Ansi.AUTO, TerminalWidth.get());
    }

    /** Waits until the process is told to stop. */
    public void await() throws InterruptedException {
        stop.await();
    }

    private void stopAndWait() {
        LOG.info(
                "Stopping: what runs is finished first, within {}.",
                DurationFormatUtils.formatDurationWords(
                        application
                                .settings()
                                .duration(Setting.SHUTDOWN_TIMEOUT)
                                .toMillis(),
                        true,
                        true));
        stop.countDown();
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        try {
            if (liveTables != null) {
                liveTables.close();
            }
            statusServer.ifPresent(StatusServer::close);
            application.close();
        } finally {
            stopped.countDown();
        }
    }
}
