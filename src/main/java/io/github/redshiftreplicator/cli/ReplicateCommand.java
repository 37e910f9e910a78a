package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.route.Outcome;
import io.github.redshiftreplicator.route.TableConsumer;
import io.github.redshiftreplicator.state.NextStep;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code replicate}, {@code export} and {@code import}. */
@Command(
        name = "replicate",
        description = "Export what is new in the tables, then import it.",
        footerHeading = "%nExamples:%n",
        footer = {"  replicator replicate all", "  replicator -d /etc/replicator replicate users orders"})
class ReplicateCommand implements Callable<Integer> {
    private final NextStep.Action action;

    @ParentCommand
    private ReplicatorCommand parent;

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "TABLE",
            description = "Names of tables, or 'all'. A name that is not registered is reported and skipped.")
    private List<String> names;

    ReplicateCommand() {
        this(NextStep.Action.REPLICATE);
    }

    private ReplicateCommand(NextStep.Action action) {
        this.action = action;
    }

    /** {@code export}. */
    @Command(
            name = "export",
            description = "Export what is new in the tables to S3; 'import' loads it later.",
            footerHeading = "%nExamples:%n",
            footer = {"  replicator export users"})
    static final class Export extends ReplicateCommand {
        Export() {
            super(NextStep.Action.EXPORT);
        }
    }

    /** {@code import}. */
    @Command(
            name = "import",
            description = "Load what was exported before into Redshift.",
            footerHeading = "%nExamples:%n",
            footer = {"  replicator import all"})
    static final class Import extends ReplicateCommand {
        Import() {
            super(NextStep.Action.IMPORT);
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try (Application application = parent.start()) {
            TableRunner runner = new TableRunner(application.replicator().tables());
            Set<TableConsumer> selected = runner.select(names, err::println);
            List<Outcome> outcomes;
            try (ProgressDisplay progress = ProgressDisplay.start(selected)) {
                outcomes = runner.run(selected, action, outcome -> progress.println(err, outcome));
            }
            out.print(Summary.of(
                    outcomes,
                    strategies(selected),
                    spec.commandLine().getColorScheme().ansi(),
                    TerminalWidth.get()));
            out.flush();
            boolean good = outcomes.stream().allMatch(Outcome::isGood)
                    && application.routeFiles().broken().isEmpty();
            return good ? ReplicatorCommand.DONE : ReplicatorCommand.FAILED;
        }
    }

    private static Map<String, String> strategies(Set<TableConsumer> tables) {
        return tables.stream()
                .collect(Collectors.toMap(
                        t -> t.table().name(), t -> t.table().strategy().word()));
    }
}
