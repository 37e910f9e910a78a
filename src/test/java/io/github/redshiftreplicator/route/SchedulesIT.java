package io.github.redshiftreplicator.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.Deployment;
import io.github.redshiftreplicator.cli.Service;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.apache.camel.component.quartz.QuartzComponent;
import org.apache.camel.component.quartz.QuartzConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.quartz.CronTrigger;
import org.quartz.Scheduler;
import org.quartz.TriggerKey;
import org.quartz.impl.matchers.GroupMatcher;

/** Given tables with schedules, Quartz has each as it is written and finds the way back to its route. */
class SchedulesIT {
    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @TempDir
    Path directory;

    /** A job that is due while its route is being started is not among the context's routes yet and asks by the URI. */
    @Test
    void aJobFindsItsEndpointByTheUri() throws Exception {
        SANDBOX.source("CREATE TABLE visits (id int PRIMARY KEY)");
        SANDBOX.redshift("CREATE TABLE visits (id int)");
        Deployment deployment = new Deployment(directory, SANDBOX.properties())
                .table("visits", "identity", "schedule", "0 0/15 8-18 ? * MON-FRI", "reconcile", "0 0 4 ? * 6#2")
                .file("routes/maintenance.camel.yaml", Files.readString(Path.of("routes/maintenance.camel.yaml")))
                .set("replicator.maintenance-schedule", "0 0 3 ? * 1L");
        try (Service service = deployment.service()) {
            service.schedule();
            CamelContext context = service.context();
            Scheduler quartz =
                    context.getComponent("quartz", QuartzComponent.class).getScheduler();
            Map<String, String> crons = new TreeMap<>();
            for (TriggerKey key : quartz.getTriggerKeys(GroupMatcher.anyTriggerGroup())) {
                CronTrigger trigger = (CronTrigger) quartz.getTrigger(key);
                crons.put(key.toString(), trigger.getCronExpression());
                String uri = quartz.getJobDetail(trigger.getJobKey())
                        .getJobDataMap()
                        .getString(QuartzConstants.QUARTZ_ENDPOINT_URI);
                assertThat(context.getRoutes())
                        .filteredOn(route -> route.getEndpoint() == context.hasEndpoint(uri))
                        .as(uri)
                        .hasSize(1);
            }
            assertThat(crons)
                    .containsExactly(
                            Map.entry("reconcile.visits", "0 0 4 ? * 6#2"),
                            Map.entry("replicator.maintenance", "0 0 3 ? * 1L"),
                            Map.entry("replicator.visits", "0 0/15 8-18 ? * MON-FRI"));
        }
    }
}
