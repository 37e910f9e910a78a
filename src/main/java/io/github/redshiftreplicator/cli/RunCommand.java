package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.config.Settings;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code run}. */
@Command(
        name = "run",
        description =
                "Run the service: every table by its schedule, until it is stopped. Without a source configured it"
                        + " is the sandbox.",
        footerHeading = "%nExamples:%n",
        footer = {"  replicator -d /etc/replicator run"})
final class RunCommand implements Callable<Integer> {
    @ParentCommand
    private ReplicatorCommand parent;

    @Override
    public Integer call() throws Exception {
        Settings settings = parent.settings(Map.of());
        if (!settings.hasSource()) {
            return parent.runWithoutSource();
        }
        try (Service service = Service.start(parent.directory(), settings)) {
            service.schedule();
            service.await();
        }
        return ReplicatorCommand.DONE;
    }
}
