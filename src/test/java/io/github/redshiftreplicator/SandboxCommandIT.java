package io.github.redshiftreplicator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.sandbox.Sandbox;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The sandbox as the command starts it, in a directory that has nothing. */
class SandboxCommandIT {
    @TempDir
    Path directory;

    @Test
    void anEmptyDirectoryIsEnoughToSeeTheSampleReplicated() {
        StringWriter out = new StringWriter();
        CommandLine commandLine = Replicator.commandLine();
        commandLine.setOut(new PrintWriter(out, true));

        int code = commandLine.execute("-d", directory.toString(), "sandbox", "--once");

        assertThat(code).as(out.toString()).isZero();
        assertThat(out.toString().lines().map(line -> line.replaceAll(" {2,}", " ")))
                .anyMatch(line -> line.matches("countries full 200 .* imported"))
                .anyMatch(line -> line.matches("customers timed 2,000 .* imported"))
                .anyMatch(line -> line.matches("order_items timed [\\d,]+ .* imported"))
                .anyMatch(line -> line.matches("orders timed 20,000 .* imported"))
                .anyMatch(line -> line.matches("page_views identity 100,000 .* imported"));
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void whatAKilledOneLeftGoesWithTheNext() throws Exception {
        Path left;
        ProcessHandle postgres;
        try (Child killed = Child.start(Replicator.class, List.of("-d", directory.toString(), "sandbox"))) {
            killed.awaitLine("Stop with Ctrl-C");
            Matcher deployment = Pattern.compile(" -d (\\S+)/deployment status").matcher(killed.output());
            assertThat(deployment.find()).as(killed.output()).isTrue();
            left = Path.of(deployment.group(1));
            postgres = ProcessHandle.of(Long.parseLong(Files.readAllLines(left.resolve("postgres/postmaster.pid"))
                            .get(0)))
                    .orElseThrow();
            killed.kill();
        }
        assertThat(left).isDirectory();
        assertThat(postgres.isAlive()).isTrue();

        Sandbox.start().close();

        assertThat(left).doesNotExist();
        assertThat(postgres.isAlive()).isFalse();
    }
}
