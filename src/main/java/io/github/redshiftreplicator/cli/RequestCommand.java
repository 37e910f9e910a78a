package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.route.Outcome;
import io.github.redshiftreplicator.route.Request;
import io.github.redshiftreplicator.route.TableConsumer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code reconcile}, {@code resync} and {@code backfill}: what a table's route does beside its next window. */
abstract class RequestCommand implements Callable<Integer> {
    @ParentCommand
    private ReplicatorCommand parent;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "TABLE", description = "Names of tables, or 'all'.")
    private List<String> names;

    abstract Request request();

    /** {@code reconcile}. */
    @Command(
            name = "reconcile",
            description = "Delete the target's rows that the source does not have, unless they are too many.",
            footerHeading = "%nExamples:%n",
            footer = {"  replicator reconcile users"})
    static final class Reconcile extends RequestCommand {
        @Override
        Request request() {
            return Request.of(Request.Kind.RECONCILE);
        }
    }

    /** {@code resync}. */
    @Command(
            name = "resync",
            description =
                    "Move rows that were moved before once more; the next replication starts where it would have.",
            footerHeading = "%nExamples:%n",
            footer = {"  replicator resync users --from '2026-01-01' --to '2026-01-31'"})
    static final class Resync extends RequestCommand {
        @Option(
                names = "--from",
                paramLabel = "VALUE",
                description = "The first value of the replication field (default: the first there is).")
        private Optional<String> from = Optional.empty();

        @Option(
                names = "--to",
                paramLabel = "VALUE",
                description = "The last value of the replication field, included (default: the last).")
        private Optional<String> to = Optional.empty();

        @Override
        Request request() {
            return new Request(Request.Kind.RESYNC, from, to);
        }
    }

    /** {@code backfill}. */
    @Command(
            name = "backfill",
            description = "Fill a column that is new in the target: move all rows once more by merge.",
            footerHeading = "%nExamples:%n",
            footer = {"  replicator backfill users"})
    static final class Backfill extends RequestCommand {
        @Override
        Request request() {
            return Request.of(Request.Kind.RESYNC);
        }
    }

    @Override
    public Integer call() {
        try (Application application = parent.start()) {
            TableRunner runner = new TableRunner(application.replicator().tables());
            var selected = runner.select(names, spec.commandLine().getErr()::println);
            return run(application, spec, selected, request());
        }
    }

    /**
     * Runs the tables one after the other and prints what came of it. What another process does with a table at this moment is not
     * what was asked for here: such a table is not done. A failure is not printed on a terminal, where the log has it.
     */
    static int run(Application application, CommandSpec spec, Collection<TableConsumer> tables, Request request) {
        List<Outcome> outcomes = new ArrayList<>();
        for (TableConsumer table : tables) {
            Outcome outcome = table.run(request);
            outcomes.add(outcome);
            boolean held = outcome.kind() == Outcome.Kind.HELD;
            if (!isDone(outcome) && (held || !TerminalWidth.isTerminal())) {
                String again = held ? " Nothing was done: run it again after that." : "";
                spec.commandLine().getErr().println(outcome.table() + ": " + outcome.message() + again);
            }
        }
        spec.commandLine()
                .getOut()
                .print(Summary.of(
                        outcomes,
                        tables.stream().collect(Collectors.toMap(t -> t.table().name(), t -> t.table()
                                .strategy()
                                .word())),
                        spec.commandLine().getColorScheme().ansi(),
                        TerminalWidth.get()));
        spec.commandLine().getOut().flush();
        boolean good = outcomes.stream().allMatch(RequestCommand::isDone)
                && application.routeFiles().broken().isEmpty();
        return good ? ReplicatorCommand.DONE : ReplicatorCommand.FAILED;
    }

    private static boolean isDone(Outcome outcome) {
        return outcome.isGood() && outcome.kind() != Outcome.Kind.HELD;
    }
}
