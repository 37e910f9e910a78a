package io.github.redshiftreplicator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class HelpTest {
    private static CommandLine commandLine() {
        return ReplicatorCommand.commandLine(parent -> () -> 0);
    }

    static Stream<String> commands() {
        return commandLine().getSubcommands().keySet().stream()
                .filter(name -> !name.equals("help") && !name.equals("generate-completion"));
    }

    private static String printed(String... arguments) {
        StringWriter out = new StringWriter();
        CommandLine commandLine = commandLine();
        commandLine.setOut(new PrintWriter(out));
        commandLine.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        assertThat(commandLine.execute(arguments)).isZero();
        return out.toString();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasATopicThatFitsATerminal(String command) {
        String topic = printed("help", command);

        assertThat(topic)
                .startsWith("Usage: replicator " + command)
                .contains("Examples:\n  replicator ", "Exit codes:");
        assertThat(topic.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(printed(command, "--help")).isEqualTo(topic);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vacuum --mode ful", "analyze --mode reindex"})
    void aModeThatIsNoneIsAMistakeOfTheCommandLine(String mistaken) {
        StringWriter err = new StringWriter();
        CommandLine commandLine = commandLine();
        commandLine.setErr(new PrintWriter(err));

        assertThat(commandLine.execute(mistaken.split(" "))).isEqualTo(ReplicatorCommand.USAGE);
        assertThat(err.toString()).contains("--mode is '", "': use one of auto, full");
    }

    @ParameterizedTest
    @CsvSource({
        "status --jsn, Unknown option: '--jsn', replicator status",
        "replicate, Missing required parameter: 'TABLE', replicator replicate",
        "-d status, Expected parameter for option '--directory' but found 'status', replicator",
        "-d ., Name a command., replicator",
        "statsu, Unmatched argument at index 0: 'statsu', replicator"
    })
    void aMistakeStaysOnTheScreen(String mistaken, String sentence, String command) {
        StringWriter err = new StringWriter();
        CommandLine commandLine = commandLine();
        commandLine.setErr(new PrintWriter(err));
        commandLine.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));

        assertThat(commandLine.execute(mistaken.split(" "))).isEqualTo(ReplicatorCommand.USAGE);
        assertThat(err.toString().lines())
                .hasSizeLessThan(6)
                .startsWith(sentence)
                .endsWith("'" + command + " --help' tells more.")
                .anyMatch(line -> line.startsWith("Usage: " + command));
    }

    @Test
    void theShellCompletesCommandsAndOptions() {
        assertThat(printed("generate-completion"))
                .contains("complete -F _complete_replicator -o default replicator", "add-table", "--propagate");
    }
}
