package io.github.redshiftreplicator;

import java.nio.file.Path;

/** Runs {@code replicate all} in one deployment directory again and again, as a process of its own. */
final class RepeatedRuns {
    private RepeatedRuns() {}

    /** Arguments: the directory, how often. Ends with the highest exit code. */
    public static void main(String[] arguments) {
        int worst = 0;
        for (int run = 0; run < Integer.parseInt(arguments[1]); run++) {
            int code =
                    Replicator.commandLine().execute("-d", Path.of(arguments[0]).toString(), "replicate", "all");
            System.out.println("run " + run + " ended with " + code);
            worst = Math.max(worst, code);
        }
        System.exit(worst);
    }
}
