package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.management.Explanation;
import io.github.redshiftreplicator.route.TableConsumer;
import io.github.redshiftreplicator.table.Table;
import io.github.redshiftreplicator.verify.Comparison;
import io.github.redshiftreplicator.verify.TableVerification;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code verify}: whether the targets hold what the sources held at the last replication. */
@Command(
        name = "verify",
        description =
                "Compare the targets with their sources as of the last replication and name the keys that differ.",
        footerHeading = "%nExamples:%n",
        footer = {"  replicator verify", "  replicator verify users orders"})
final class VerifyCommand implements Callable<Integer> {
    private static final int DEFAULT_KEYS = 20;

    @ParentCommand
    private ReplicatorCommand parent;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "TABLE", description = "Names of tables (default: all).")
    private List<String> names = List.of();

    @Option(
            names = "--keys",
            paramLabel = "N",
            description = "How many differing keys of a table are named (default: ${DEFAULT-VALUE}).")
    private int keys = DEFAULT_KEYS;

    @Override
    public Integer call() throws InterruptedException {
        if (keys < 1) {
            throw new ParameterException(spec.commandLine(), "--keys is " + keys + ": give a number from 1.");
        }
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        boolean good = true;
        TextTable summary = table();
        List<String> details = new ArrayList<>();
        try (Application application = parent.start()) {
            Set<TableConsumer> selected =
                    new TableRunner(application.replicator().tables()).select(names, err::println);
            for (TableConsumer consumer : selected) {
                Table table = consumer.table();
                try {
                    Comparison comparison =
                            new TableVerification(application.replicator().connections(), table, keys).compare();
                    summary.row(row(table, comparison));
                    details(table, comparison, details);
                    good &= comparison.isEqual();
                } catch (SQLException | RuntimeException e) {
                    summary.row(table.name(), table.strategy().word(), "-", "-", "-", "failed", "-");
                    err.println(table.name() + ": " + Explanation.of(e));
                    good = false;
                }
            }
            good &= application.routeFiles().broken().isEmpty();
        }
        out.print(text(summary, details, TerminalWidth.get()));
        out.flush();
        return good ? ReplicatorCommand.DONE : ReplicatorCommand.FAILED;
    }

    static TextTable table() {
        return new TextTable("TABLE", "~STRATEGY", ">SOURCE", ">TARGET", "?>MOVED", "RESULT", "~AS OF");
    }

    /** The tables, then the keys that differ and what else is to be known. */
    static String text(TextTable summary, List<String> details, OptionalInt width) {
        StringBuilder text = new StringBuilder(summary.toString(width));
        details.forEach(detail -> text.append(TerminalWidth.wrap(detail, width)).append('\n'));
        return text.toString();
    }

    static String[] row(Table table, Comparison comparison) {
        boolean compared = comparison.asOf().isPresent();
        String result = !compared
                ? "not compared"
                : comparison.isEqual()
                        ? "equal"
                        : (comparison.complete() ? "" : "at least ")
                                + comparison.differences().size()
                                + (comparison.differences().size() == 1 ? " key differs" : " keys differ");
        return new String[] {
            table.name(),
            table.strategy().word(),
            number(compared, comparison.sourceRows()),
            number(compared, comparison.targetRows()),
            number(compared, comparison.moved()),
            result,
            comparison
                    .asOf()
                    .map(r -> r.messageId()
                            + r.lastRecord().map(last -> " (" + last + ")").orElse(""))
                    .orElse("-")
        };
    }

    private static String number(boolean known, long number) {
        return TextTable.number(known ? OptionalLong.of(number) : OptionalLong.empty());
    }

    static void details(Table table, Comparison comparison, List<String> details) {
        comparison.note().ifPresent(note -> details.add(table.name() + ": " + note));
        comparison.differences().forEach(difference -> details.add(table.name() + ": " + difference));
        TableVerification.caution(table, comparison).ifPresent(note -> details.add(table.name() + ": " + note));
    }
}
