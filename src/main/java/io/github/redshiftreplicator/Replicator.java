package io.github.redshiftreplicator;

import io.github.redshiftreplicator.cli.ReplicatorCommand;
import io.github.redshiftreplicator.sandbox.SandboxCommand;
import picocli.CommandLine;

/**
 * The program: the command line over a deployment directory. The only place that knows of the sandbox, which runs where
 * no source is configured.
 */
public final class Replicator {
    private Replicator() {}

    /** Runs a command, or the service if none is named, and exits with the command's code. */
    public static void main(String[] arguments) {
        int code = commandLine().execute(arguments.length == 0 ? new String[] {"run"} : arguments);
        if (System.out.checkError() && code == ReplicatorCommand.DONE) {
            System.err.println("What was printed could not be written: the disk is full, or nobody reads it any more.");
            code = ReplicatorCommand.FAILED;
        }
        System.exit(code);
    }

    static CommandLine commandLine() {
        return ReplicatorCommand.commandLine(SandboxCommand::new).addSubcommand(new SandboxCommand());
    }
}
