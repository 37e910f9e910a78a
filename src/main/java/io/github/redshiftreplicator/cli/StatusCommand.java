package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.state.Replication;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;
import org.apache.camel.util.json.Jsoner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code status} and {@code history}: what the state table says. */
@Command(
        name = "status",
        description = "Show the last replication of the tables.",
        footerHeading = "%nExamples:%n",
        footer = {"  replicator status", "  replicator status users --json | jq .[0].state"})
class StatusCommand implements Callable<Integer> {
    private static final ZoneId ZONE = ZoneId.systemDefault();
    private static final DateTimeFormatter TODAY =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZONE);
    private static final DateTimeFormatter BEFORE =
            DateTimeFormatter.ofPattern("MM-dd HH:mm").withZone(ZONE);
    private static final DateTimeFormatter LONG_BEFORE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd").withZone(ZONE);

    @ParentCommand
    private ReplicatorCommand parent;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "TABLE", description = "Names of tables (default: all).")
    private List<String> names = new ArrayList<>();

    @Option(names = "--json", description = "Print an array of objects with the state table's columns.")
    private boolean json;

    /** The replications of one table to show. */
    List<Replication> replications(Application application, String table) {
        return application.replicator().connections().replications().latest(table).stream()
                .toList();
    }

    /** The column that differs between the commands. */
    String detailHeading() {
        return "~STRATEGY";
    }

    String detail(Replication replication) {
        return replication.strategy().word();
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try (Application application = parent.start()) {
            var selected = new TableRunner(application.replicator().tables()).select(names, err::println);
            List<Replication> shown = new ArrayList<>();
            List<String> never = new ArrayList<>();
            for (var table : selected) {
                List<Replication> found =
                        replications(application, table.table().name());
                shown.addAll(found);
                if (found.isEmpty()) {
                    never.add(table.table().name());
                }
            }
            out.print(
                    json
                            ? json(shown)
                            : text(
                                    shown,
                                    never,
                                    spec.commandLine().getColorScheme().ansi(),
                                    TerminalWidth.get()));
            out.flush();
            return application.routeFiles().broken().isEmpty() ? ReplicatorCommand.DONE : ReplicatorCommand.FAILED;
        }
    }

    private static String json(List<Replication> replications) {
        JsonArray array = new JsonArray();
        replications.forEach(replication -> array.add(new JsonObject(replication.toRow())));
        return Jsoner.prettyPrint(array.toJson()) + "\n";
    }

    /** The replications, the tables that were never replicated, and what stopped the ones that stand with an error. */
    String text(List<Replication> replications, List<String> never, Ansi ansi, OptionalInt width) {
        TextTable table = new TextTable(
                        "TABLE", detailHeading(), "STATE", ">ROWS", "?>ALTERED", "?>RETRIES", "UPDATED", "~LAST RECORD")
                .paint("STATE", state -> StateColours.of(ansi, state));
        for (Replication r : replications) {
            table.row(
                    r.table(),
                    detail(r),
                    r.state().word(),
                    TextTable.number(r.recordCount()),
                    TextTable.number(r.alteredCount()),
                    String.valueOf(r.retries()),
                    time(r.updatedAt()),
                    r.lastRecord().map(StatusCommand::record).orElse("-"));
        }
        never.forEach(name -> table.row(name, "-", "never", "-", "-", "-", "-", "-"));
        StringBuilder text = new StringBuilder(table.toString(width));
        for (Replication r : replications) {
            r.lastError().ifPresent(error -> text.append('\n')
                    .append(TerminalWidth.wrap(r.table() + " (" + r.messageId() + "): " + error, width))
                    .append('\n'));
        }
        return text.toString();
    }

    /** As much of it as tells it from the others: today's time, this year's day and minute, or the date. */
    private static String time(Instant moment) {
        LocalDate day = LocalDate.ofInstant(moment, ZONE);
        LocalDate today = LocalDate.now(ZONE);
        DateTimeFormatter format = day.equals(today) ? TODAY : day.getYear() == today.getYear() ? BEFORE : LONG_BEFORE;
        return format.format(moment);
    }

    /** Without a fraction of a second that says nothing. */
    private static String record(String record) {
        return record.replaceFirst("(:\\d\\d)\\.0+$", "$1");
    }
}
