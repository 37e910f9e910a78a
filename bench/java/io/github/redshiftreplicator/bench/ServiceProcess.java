package io.github.redshiftreplicator.bench;

import io.github.redshiftreplicator.cli.Service;
import io.github.redshiftreplicator.route.ReplicatorComponent;
import io.github.redshiftreplicator.state.NextStep;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The service over a deployment directory, in a process of its own, which exports a table each time it is told to. */
final class ServiceProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;

    ServiceProcess(Path deployment, String javaOptions) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Bench.java(),
                "-cp",
                Bench.classpath(),
                ServiceProcess.class.getName(),
                deployment.toString(),
                SampleTable.NAME);
        builder.environment().put("JDK_JAVA_OPTIONS", javaOptions);
        process = builder.redirectError(deployment.resolve("service.txt").toFile())
                .start();
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        await();
    }

    long pid() {
        return process.pid();
    }

    void export() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        await();
    }

    private void await() throws IOException {
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("The service ended: see service.txt in its deployment directory.");
        }
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.onExit().join();
    }

    public static void main(String[] arguments) throws Exception {
        Path deployment = Path.of(arguments[0]);
        try (Service service = Service.start(deployment, Bench.settings(deployment))) {
            var table = service.context()
                    .getComponent("replicator", ReplicatorComponent.class)
                    .tables()
                    .require(arguments[1]);
            System.out.println("ready");
            while (System.in.read() >= 0) {
                System.out.println(table.run(NextStep.Action.EXPORT).isGood());
            }
        }
    }
}
