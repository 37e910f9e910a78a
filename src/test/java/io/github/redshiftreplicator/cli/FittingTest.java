package io.github.redshiftreplicator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.route.Outcome;
import io.github.redshiftreplicator.source.DeletionTracking;
import io.github.redshiftreplicator.state.Replication;
import io.github.redshiftreplicator.state.State;
import io.github.redshiftreplicator.table.PartFormat;
import io.github.redshiftreplicator.table.Strategy;
import io.github.redshiftreplicator.table.Table;
import io.github.redshiftreplicator.table.TableName;
import io.github.redshiftreplicator.verify.Comparison;
import io.github.redshiftreplicator.verify.Difference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Help.Ansi;

/** What a person sees fits the terminal; what a pipe gets is everything. */
class FittingTest {
    private static final OptionalInt EIGHTY = OptionalInt.of(80);
    private static final List<Integer> NAMES = List.of(1, 5, 17, 18, 30, 45, 60);
    private static final String ERROR = "COPY into t failed: a value of " + "many words, ".repeat(40) + "does not fit.";

    private static String name(int length) {
        return "n".repeat(length);
    }

    private static Replication replication(int name, State state, long rows, String last) {
        return new Replication(
                1,
                name(name),
                name(name) + "-0000000001",
                Strategy.IDENTITY,
                Optional.of("id"),
                state,
                name(name),
                name(name),
                Optional.empty(),
                Optional.of(last),
                Optional.empty(),
                OptionalLong.of(rows),
                OptionalLong.of(rows / 1000),
                4,
                OptionalInt.of(4),
                OptionalLong.of(rows * 90),
                PartFormat.GZIP,
                Optional.of("key"),
                Optional.of("manifest"),
                List.of("id"),
                12,
                Optional.of(ERROR),
                Optional.of(Duration.ofMinutes(12)),
                Optional.of(Duration.ofHours(30)),
                Optional.of(Duration.ofSeconds(59)),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                1,
                Instant.parse("2020-01-01T00:00:00Z"),
                Instant.parse("2020-01-01T00:00:00Z"));
    }

    /** Every state with every length of name, for three sizes of tables and kinds of records. */
    static Stream<List<Replication>> listings() {
        List<List<Replication>> all = new ArrayList<>();
        for (long rows : new long[] {0, 1_000_000, 9_999_999_999L}) {
            for (String last : List.of("7", "2026-11-25 03:00:00.123456", "a text that is a key".repeat(5))) {
                all.add(NAMES.stream()
                        .flatMap(name ->
                                Arrays.stream(State.values()).map(state -> replication(name, state, rows, last)))
                        .toList());
                NAMES.forEach(name -> all.add(List.of(replication(name, State.UPLOADING, rows, last))));
            }
        }
        return all.stream();
    }

    private static void fits(String text) {
        assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @ParameterizedTest
    @MethodSource("listings")
    void statusAndHistoryFitEightyColumns(List<Replication> replications) {
        for (StatusCommand command : List.of(new StatusCommand(), new HistoryCommand())) {
            String text = command.text(replications, List.of(name(60)), Ansi.OFF, EIGHTY);

            fits(text);
            assertThat(text.lines().map(String::strip).toList().toString())
                    .contains(replications.stream().map(Replication::table).toArray(String[]::new));
            replications.forEach(r -> assertThat(text).contains(r.state().word()));
            assertThat(text.replace('\n', ' ')).contains(ERROR);
        }
    }

    @ParameterizedTest
    @MethodSource("listings")
    void theSummaryOfRunsFitsEightyColumns(List<Replication> replications) {
        List<Outcome> outcomes = replications.stream()
                .flatMap(r -> Arrays.stream(Outcome.Kind.values())
                        .map(kind -> new Outcome(
                                r.table(), kind, ERROR, Optional.of(r), Optional.empty(), Optional.empty())))
                .toList();

        fits(Summary.of(outcomes, Map.of(), Ansi.OFF, EIGHTY));
    }

    @ParameterizedTest
    @MethodSource("listings")
    void whatVerifyFoundFitsEightyColumns(List<Replication> replications) {
        TextTable summary = VerifyCommand.table();
        List<String> details = new ArrayList<>();
        for (Replication r : replications) {
            Table table = new Table(
                    r.table(),
                    r.strategy(),
                    TableName.parse(r.table()),
                    TableName.parse(r.table()),
                    Optional.empty(),
                    List.of("id"),
                    Map.of());
            Comparison comparison = new Comparison(
                    Optional.of(r),
                    Optional.of(ERROR),
                    r.recordCount().orElseThrow(),
                    9_999_999_999L,
                    0,
                    List.of(new Difference("id=7", "is missing in the target"), new Difference("id=8", ERROR)),
                    false);
            summary.row(VerifyCommand.row(table, comparison));
            VerifyCommand.details(table, comparison, details);
        }

        String text = VerifyCommand.text(summary, details, EIGHTY);

        fits(text);
        assertThat(text).contains("at least 2 keys differ");
        assertThat(text.replace('\n', ' ')).contains("id=7 is missing in the target", "id=8 " + ERROR);
        assertThat(VerifyCommand.text(summary, details, OptionalInt.empty()))
                .contains("AS OF", replications.get(0).lastRecord().orElseThrow());
    }

    @Test
    void thePlanFitsEightyColumns() {
        TextTable plain = PlanCommand.table().row("id", "bigint", "id", "int8", "\"id\"");
        TextTable full = PlanCommand.table();
        NAMES.forEach(name -> NAMES.forEach(
                target -> full.row(name(name), "timestamp with time zone", name(target), "varchar(65535)", ERROR)));

        assertThat(plain.toString(EIGHTY)).isEqualTo(plain.toString());
        fits(full.toString(EIGHTY));
        assertThat(full.toString()).contains(ERROR);
    }

    @Test
    void theQueueOfDeletionsFitsEightyColumnsAndFillsThem() {
        String key = "[\"" + "k".repeat(200) + "\"]";
        TextTable queue = DeletesCommand.queue(List.of(
                new DeletionTracking.Entry(7, "users", Optional.of(key), "2026-11-25 03:00:00.123456+00"),
                new DeletionTracking.Entry(8, "users", Optional.empty(), "2026-11-25 03:00:00.123456+00")));

        fits(queue.toString(EIGHTY));
        assertThat(queue.toString(EIGHTY).lines().toList())
                .anySatisfy(line -> assertThat(line).hasSize(80).endsWith("kkk…"))
                .last()
                .asString()
                .endsWith("every row");
        assertThat(queue.toString()).contains(key);
    }

    @ParameterizedTest
    @MethodSource("listings")
    void aPipeGetsEverything(List<Replication> replications) {
        String text = new StatusCommand().text(replications, List.of(), Ansi.OFF, OptionalInt.empty());

        assertThat(text).contains("STRATEGY", "LAST RECORD", ": " + ERROR + "\n");
        replications.forEach(r -> assertThat(text.lines()).anySatisfy(line -> assertThat(line)
                .contains(
                        r.table(), "identity", r.state().word(), r.lastRecord().orElseThrow())));
    }

    @Test
    void aNameThatIsTooLongStandsOnALineOfItsOwn() {
        TextTable table = new TextTable("TABLE", ">ROWS", "~NOTE")
                .row("users", "7", "good")
                .row("a_name_of_23_characters", "1,000", "bad");

        assertThat(table.toString(OptionalInt.of(24))).isEqualTo("""
                TABLE         ROWS  NOTE
                users            7  good
                a_name_of_23_characters
                             1,000  bad
                """);
    }

    @Test
    void whatFitsIsAsWideAsItIs() {
        TextTable table = new TextTable("TABLE", "~NOTE").row("users", "a cell of more than twenty characters");

        assertThat(table.toString(EIGHTY)).isEqualTo(table.toString());
        assertThat(table.toString(OptionalInt.of(30))).isEqualTo("TABLE  NOTE\nusers  a cell of more than tw…\n");
        assertThat(table.toString(OptionalInt.of(20))).isEqualTo("TABLE\nusers\n");
        assertThat(TerminalWidth.wrap("a bb ccc", OptionalInt.of(4))).isEqualTo("a bb\nccc");
        assertThat(TerminalWidth.wrap("a bb ccc", OptionalInt.of(6), 2)).isEqualTo("a bb\nccc");
    }
}
