package io.github.redshiftreplicator.sandbox;

import io.github.redshiftreplicator.cli.ReplicatorCommand;
import io.github.redshiftreplicator.cli.Service;
import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.SettingsException;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code sandbox}: the service over embedded servers with sample tables, whose rows keep changing. */
@Command(
        name = "sandbox",
        description =
                "Run the service over an embedded PostgreSQL, S3 and Redshift stand-in with sample tables. A directory"
                        + " that has no table is given the sample's.",
        footerHeading = "%nExamples:%n",
        footer = {"  replicator sandbox", "  replicator sandbox --once"})
public final class SandboxCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxCommand.class);
    private static final int SECONDS_BETWEEN_CHANGES = 3;
    private static final String EVERY_TEN_SECONDS = "0/10 * * * * ?";
    private static final int LONGEST_STOP_SECONDS = 90;

    @ParentCommand
    private ReplicatorCommand parent;

    @Option(names = "--once", description = "Replicate the sample once and end.")
    private boolean once;

    public SandboxCommand() {}

    /** What {@code run} does where no source is configured. */
    public SandboxCommand(ReplicatorCommand parent) {
        this.parent = parent;
    }

    @Override
    public Integer call() throws Exception {
        // Servers must outlive the service that uses them, so nothing but this order stops them, by Ctrl-C too.
        CountDownLatch finished = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> await(finished), "sandbox-stop"));
        try {
            return runSandbox();
        } finally {
            finished.countDown();
        }
    }

    private static void await(CountDownLatch finished) {
        try {
            finished.await(LONGEST_STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Integer runSandbox() throws Exception {
        PrintWriter out = parent.out();
        out.println("No source is configured: starting the sandbox (PostgreSQL, S3 and a Redshift stand-in).");
        SampleShop shop = new SampleShop(System.nanoTime());
        try (Sandbox sandbox = start()) {
            shop.create(sandbox);
            Map<String, String> properties = sandbox.properties();
            if (parent.settings(properties).get(Setting.SCHEDULE).isEmpty()) {
                properties.put(Setting.SCHEDULE.key(), EVERY_TEN_SECONDS);
            }
            SandboxDeployment deployment =
                    SandboxDeployment.create(sandbox.directory().resolve("deployment"), parent.directory(), properties);
            try (Service service = Service.start(deployment.routes().getParent(), parent.settings(properties))) {
                out.println();
                out.print(service.replicateAll());
                out.println();
                if (!once) {
                    run(sandbox, deployment, shop, service, out);
                }
            }
        }
        return ReplicatorCommand.DONE;
    }

    private Sandbox start() throws Exception {
        try {
            return Sandbox.startUnattended();
        } catch (NoClassDefFoundError e) {
            if (e.getCause() instanceof ClassNotFoundException) {
                throw new SettingsException(
                        "The sandbox needs the jars of lib/sandbox, which are not there. Put them back, or configure a source:"
                                + " replicator.source.url in "
                                + parent.directory().resolve("application.properties") + ".");
            }
            throw e;
        }
    }

    private static void run(
            Sandbox sandbox, SandboxDeployment deployment, SampleShop shop, Service service, PrintWriter out)
            throws Exception {
        ScheduledExecutorService changes = Executors.newSingleThreadScheduledExecutor();
        try {
            changes.scheduleWithFixedDelay(() -> change(sandbox, shop), 1, SECONDS_BETWEEN_CHANGES, TimeUnit.SECONDS);
            out.println("Rows change every " + SECONDS_BETWEEN_CHANGES
                    + " seconds and are replicated on schedule. Stop with Ctrl-C. Meanwhile:");
            service.url().ifPresent(url -> out.println("  status page  " + url));
            out.println("  commands     replicator -d " + deployment.directory() + " status");
            out.println("  table files  " + deployment.routes().resolve("tables") + ": edit them, it follows");
            out.println("  source       " + sandbox.sourceUrl());
            out.println("  Redshift     " + sandbox.redshiftUrl());
            out.println("  passwords    " + deployment.directory().resolve("application.properties"));
            service.schedule();
            service.await();
            out.println("Stopping ...");
        } finally {
            changes.shutdownNow();
            changes.awaitTermination(5, TimeUnit.SECONDS);
        }
    }

    private static void change(Sandbox sandbox, SampleShop shop) {
        try (Connection source = sandbox.sourceConnection()) {
            shop.changeSomething(source);
        } catch (SQLException e) {
            LOG.warn("The sample rows could not be changed: {}", e.getMessage());
        }
    }
}
