package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.management.Explanation;
import io.github.redshiftreplicator.redshift.VacuumMode;
import io.github.redshiftreplicator.route.TableConsumer;
import io.github.redshiftreplicator.route.TargetMaintenance;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code vacuum} and {@code analyze}: maintenance of the targets. */
abstract class MaintainCommand implements Callable<Integer> {
    @ParentCommand
    private ReplicatorCommand parent;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "TABLE", description = "Names of tables (default: all).")
    private List<String> names = List.of();

    /** The endpoint that does it. */
    abstract String uri();

    /** {@code vacuum}. */
    @Command(
            name = "vacuum",
            description = "Vacuum the targets of the tables.",
            footerHeading = "%nExamples:%n",
            footer = {"  replicator vacuum", "  replicator vacuum users --mode delete-only"})
    static final class Vacuum extends MaintainCommand {
        @Option(
                names = "--mode",
                description =
                        "auto (where more than 5 %% of the rows are unsorted or deleted: FULL, or REINDEX for interleaved"
                                + " sort keys), full, sort-only, delete-only or reindex (default: ${DEFAULT-VALUE}).")
        private String mode = "auto";

        @Override
        String uri() {
            return "redshift:vacuum?mode=" + oneOf(mode, VacuumMode.values());
        }
    }

    /** {@code analyze}. */
    @Command(
            name = "analyze",
            description = "Refresh the planner's statistics of the targets.",
            footerHeading = "%nExamples:%n",
            footer = {"  replicator analyze"})
    static final class Analyze extends MaintainCommand {
        @Option(
                names = "--mode",
                description = "auto (those whose statistics are more than 10 %% off) or full (default:"
                        + " ${DEFAULT-VALUE}).")
        private String mode = "auto";

        @Override
        String uri() {
            return "redshift:analyze?mode=" + oneOf(mode, VacuumMode.AUTO, VacuumMode.FULL);
        }
    }

    /** The mode as it is written, if it is one of these. */
    String oneOf(String mode, VacuumMode... modes) {
        String written = mode.strip().toLowerCase(Locale.ROOT).replace(' ', '-').replace('_', '-');
        List<String> words =
                Stream.of(modes).map(known -> known.word().replace(' ', '-')).toList();
        if (!words.contains(written)) {
            throw new ParameterException(
                    spec.commandLine(), "--mode is '" + mode + "': use one of " + String.join(", ", words) + ".");
        }
        return written;
    }

    @Override
    public Integer call() throws Exception {
        String uri = uri();
        int code = ReplicatorCommand.DONE;
        try (Application application = parent.start()) {
            Set<TableConsumer> selected = new TableRunner(
                            application.replicator().tables())
                    .select(names, spec.commandLine().getErr()::println);
            for (TableConsumer table : selected) {
                try {
                    String done = TargetMaintenance.run(application.context(), table.table(), uri);
                    if (!TerminalWidth.isTerminal()) {
                        // a terminal has it from the log
                        spec.commandLine().getOut().println(table.table().name() + ": " + done);
                    }
                } catch (Exception e) {
                    spec.commandLine().getErr().println(table.table().name() + ": " + Explanation.of(e));
                    code = ReplicatorCommand.FAILED;
                }
            }
        }
        return code;
    }
}
