package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.management.Management;
import io.github.redshiftreplicator.route.Outcome;
import io.github.redshiftreplicator.route.Schedules;
import io.github.redshiftreplicator.route.TableConsumer;
import io.github.redshiftreplicator.state.NextStep;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The application as a service: its tables run by their schedules until the process is told to stop. */
public final class Service implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Service.class);

    private final Application application;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stopAndWait, "stop");

    private Service(Application application) {
        this.application = application;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Starts the deployment directory's application; nothing runs yet. */
    public static Service start(Path directory, Settings settings) {
        Application application = Application.start(directory, settings, Management.properties());
        try {
            Management.check(application.context());
            Management.start(application.context());
        } catch (RuntimeException e) {
            application.close();
            throw e;
        }
        Management.url(application.context()).ifPresent(url -> LOG.info("Metrics and health: {}/observe", url));
        return new Service(application);
    }

    /** The running context. */
    public CamelContext context() {
        return application.context();
    }

    /** Starts the schedules. A table whose run was due while no service ran is replicated once, now. */
    public void schedule() throws Exception {
        int scheduled = new Schedules(application.context(), application.replicator()).start();
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
        return Summary.of(outcomes, strategies);
    }

    /** Waits until the process is told to stop. */
    public void await() throws InterruptedException {
        stop.await();
    }

    private void stopAndWait() {
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
            application.close();
        } finally {
            stopped.countDown();
        }
    }
}
