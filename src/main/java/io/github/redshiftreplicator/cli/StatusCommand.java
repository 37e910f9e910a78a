package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.state.Replication;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;
import org.apache.camel.util.json.Jsoner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code status} and {@code history}: what the state table says. */
@Command(name = "status", description = "Show the last replication of the tables.")
class StatusCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

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

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try (Application application = parent.start()) {
            var selected = new TableRunner(application.replicator().tables())
                    .select(names.isEmpty() ? List.of("all") : names, err::println);
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
            out.print(json ? json(shown) : text(shown, never));
            out.flush();
            return application.routeFiles().broken().isEmpty() ? ReplicatorCommand.DONE : ReplicatorCommand.FAILED;
        }
    }

    private static String json(List<Replication> replications) {
        JsonArray array = new JsonArray();
        replications.forEach(replication -> array.add(new JsonObject(replication.toRow())));
        return Jsoner.prettyPrint(array.toJson()) + "\n";
    }

    private static String text(List<Replication> replications, List<String> never) {
        TextTable table = new TextTable(
                "TABLE", "STRATEGY", "STATE", ">ROWS", "?>ALTERED", ">BYTES", ">RETRIES", "UPDATED", "LAST RECORD");
        for (Replication r : replications) {
            table.row(
                    r.table(),
                    r.strategy().word(),
                    r.state().word(),
                    TextTable.number(r.recordCount()),
                    TextTable.number(r.alteredCount()),
                    TextTable.bytes(r.bytes()),
                    String.valueOf(r.retries()),
                    TIME.format(r.updatedAt()),
                    r.lastRecord().orElse("-"));
        }
        never.forEach(name -> table.row(name, "-", "never", "-", "-", "-", "-", "-", "-"));
        StringBuilder text = new StringBuilder(table.toString());
        for (Replication r : replications) {
            r.lastError().ifPresent(error -> text.append('\n')
                    .append(r.table())
                    .append(" (")
                    .append(r.messageId())
                    .append("): ")
                    .append(error)
                    .append('\n'));
        }
        return text.toString();
    }
}
