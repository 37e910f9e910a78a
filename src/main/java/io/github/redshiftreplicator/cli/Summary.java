package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.route.Outcome;
import io.github.redshiftreplicator.state.Replication;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import picocli.CommandLine.Help.Ansi;

/** What a command's runs came to, as a table that a person can read. */
final class Summary {
    private Summary() {}

    static String of(List<Outcome> outcomes, Map<String, String> strategies, Ansi ansi, OptionalInt width) {
        TextTable table = new TextTable(
                        "TABLE",
                        "~STRATEGY",
                        ">ROWS",
                        "?>ALTERED",
                        ">BYTES",
                        "~>EXPORT",
                        "~>UPLOAD",
                        "~>IMPORT",
                        "STATE")
                .paint("STATE", state -> StateColours.of(ansi, state));
        for (Outcome outcome : outcomes) {
            String strategy = strategies.getOrDefault(outcome.table(), "-");
            boolean worked = outcome.kind() != Outcome.Kind.NOTHING_TO_DO && outcome.kind() != Outcome.Kind.HELD;
            outcome.earlier()
                    .ifPresent(r -> row(
                            table,
                            outcome.table(),
                            strategy,
                            Optional.of(r),
                            r.state().word()));
            row(table, outcome.table(), strategy, outcome.replication().filter(r -> worked), state(outcome));
        }
        return table.toString(width);
    }

    private static void row(TextTable table, String name, String strategy, Optional<Replication> moved, String state) {
        table.row(
                name,
                strategy,
                TextTable.number(moved.map(Replication::recordCount).orElse(OptionalLong.empty())),
                TextTable.number(moved.map(Replication::alteredCount).orElse(OptionalLong.empty())),
                TextTable.bytes(moved.map(Replication::bytes).orElse(OptionalLong.empty())),
                TextTable.duration(moved.flatMap(Replication::exportDuration)),
                TextTable.duration(moved.flatMap(Replication::uploadDuration)),
                TextTable.duration(moved.flatMap(Replication::importDuration)),
                state);
    }

    private static String state(Outcome outcome) {
        return switch (outcome.kind()) {
            case NOTHING_TO_DO -> "nothing to do";
            case HELD -> "held";
            case FAILED ->
                "FAILED"
                        + outcome.replication()
                                .map(r -> " at " + r.state().word())
                                .orElse("");
            case DONE -> outcome.replication().map(r -> r.state().word()).orElse("done");
        };
    }
}
