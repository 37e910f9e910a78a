package io.github.redshiftreplicator.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.redshiftreplicator.Deployment;
import io.github.redshiftreplicator.cli.Service;
import io.github.redshiftreplicator.config.SettingsException;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Given routes/maintenance.camel.yaml and a schedule, the service maintains the targets of its tables and no others. */
class ScheduledMaintenanceIT {
    private static final String ORDER =
            "SELECT \"table\", unsorted FROM svv_table_info WHERE \"table\" IN ('visits', 'hits', 'other') ORDER BY 1";

    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @TempDir
    Path directory;

    private Deployment deployment;

    @BeforeEach
    void write() throws Exception {
        SANDBOX.source(
                "CREATE TABLE visits (id int PRIMARY KEY)",
                "CREATE TABLE hits (id int PRIMARY KEY)",
                "CREATE TABLE gone (id int PRIMARY KEY)");
        for (String table : List.of("visits", "hits", "other")) {
            SANDBOX.redshift(
                    "CREATE TABLE " + table + " (id int) SORTKEY (id)", "INSERT INTO " + table + " VALUES (1)");
        }
        deployment = new Deployment(directory, SANDBOX.properties())
                .table("gone", "identity")
                .table("hits", "identity")
                .table("visits", "identity")
                .set("replicator.maintenance-schedule", "0/1 * * * * ?");
    }

    @Test
    void vacuumsEveryTargetThatNeedsItThoughOneIsMissing() throws Exception {
        deployment.file("routes/maintenance.camel.yaml", Files.readString(Path.of("routes/maintenance.camel.yaml")));
        assertThat(SANDBOX.redshiftRows(ORDER))
                .containsExactly(List.of("hits", "100.00"), List.of("other", "100.00"), List.of("visits", "100.00"));
        try (Service service = deployment.service()) {
            service.schedule();

            await().untilAsserted(() -> assertThat(SANDBOX.redshiftRows(ORDER))
                    .containsExactly(List.of("hits", "0.00"), List.of("other", "100.00"), List.of("visits", "0.00")));
        }
    }

    @Test
    void saysWhatIsMissing() {
        try (Service service = deployment.service()) {
            assertThatThrownBy(service::schedule)
                    .isInstanceOf(SettingsException.class)
                    .hasMessage("replicator.maintenance-schedule is set, but there is no template 'maintenance': copy"
                            + " routes/maintenance.camel.yaml into the deployment directory.");
        }
        deployment.set("replicator.maintenance-schedule", "weekly");
        try (Service service = deployment.service()) {
            assertThatThrownBy(service::schedule)
                    .isInstanceOf(SettingsException.class)
                    .hasMessage(
                            "replicator.maintenance-schedule is 'weekly', which is no Quartz cron expression, such as"
                                    + " 0 0 3 ? * SUN.");
        }
    }
}
