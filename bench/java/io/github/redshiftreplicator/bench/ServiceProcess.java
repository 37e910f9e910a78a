package io.github.redshiftreplicator.bench;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.github.redshiftreplicator.management.Beans;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** {@code replicator run} over a deployment directory whose tables have no schedule, told by JMX what to do. */
final class ServiceProcess implements AutoCloseable {
    private final Process process;
    private final JMXConnector connector;
    private final MBeanServerConnection beans;

    /** Returns when the service has started. */
    ServiceProcess(Path deployment, String javaOptions) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Bench.replicator(deployment, "run")).redirectErrorStream(true);
        builder.environment().put("JAVA_OPTS", javaOptions);
        process = builder.start();
        var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = lines.readLine(); ; line = lines.readLine()) {
            if (line == null) {
                throw new IOException("The service ended:\n" + said);
            }
            said.append(line).append('\n');
            if (line.contains("Stop with Ctrl-C")) {
                break;
            }
        }
        // or it would wait for its output to be read
        Thread output = new Thread(() -> lines.lines().forEach(line -> {}), "output");
        output.setDaemon(true);
        output.start();
        connector = JMXConnectorFactory.connect(new JMXServiceURL(agent(process.pid())));
        beans = connector.getMBeanServerConnection();
    }

    private static String agent(long pid) throws IOException {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            try {
                return machine.startLocalManagementAgent();
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException e) {
            throw new IOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Has all of its tables do something, one after the other, and returns what became of each, a line a table. */
    String perform(String operation) throws IOException {
        try {
            ObjectName all = new ObjectName(Beans.DOMAIN + ":type=replicator,*");
            ObjectName replicator = beans.queryNames(all, null).iterator().next();
            return (String) beans.invoke(replicator, operation, null, null);
        } catch (JMException e) {
            throw new IOException(e);
        }
    }

    /** The heap in use after a collection, in bytes. */
    long heap() throws IOException {
        MemoryMXBean memory = ManagementFactory.newPlatformMXBeanProxy(
                beans, ManagementFactory.MEMORY_MXBEAN_NAME, MemoryMXBean.class);
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }

    @Override
    public void close() throws IOException {
        connector.close();
        process.toHandle().destroy(); // Process.destroy would close what the thread reads
        process.onExit().join();
    }
}
