package io.github.redshiftreplicator.management;

import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.config.SettingsException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;

/** Camel's management server as a service has it: metrics and health, on loopback, on a free port. */
public final class Management {
    private Management() {}

    /**
     * The {@code camel.*} properties of JMX and of the management server. They are defaults: what stands in
     * application.properties goes before.
     *
     * <p>A route has an MBean, a step of it has none: those of some forty steps a table would take more than a megabyte.
     */
    public static Map<String, String> properties(Settings settings) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("camel.main.jmxEnabled", "true");
        properties.put("camel.main.jmxManagementMBeansLevel", "RoutesOnly");
        properties.put("camel.management.enabled", "true");
        properties.put("camel.management.host", settings.require(Setting.MANAGEMENT_HOST));
        properties.put("camel.management.port", settings.require(Setting.MANAGEMENT_PORT));
        properties.put("camel.management.path", "/");
        properties.put("camel.management.authenticationPath", "/*");
        properties.put("camel.management.healthCheckEnabled", "true");
        properties.put("camel.management.metricsEnabled", "true");
        properties.put("camel.health.exposureLevel", "full");
        properties.put("camel.metrics.enabled", "true");
        properties.put("camel.metrics.enableMessageHistory", "false");
        properties.put("camel.metrics.enableExchangeEventNotifier", "false");
        properties.put("camel.metrics.binders", "jvm-memory,jvm-gc,jvm-thread,processor");
        return properties;
    }

    /** Adds JMX, metrics and health to a started context whose replicator is there. */
    public static void start(CamelContext context) {
        Beans.start(context);
        Metrics.start(context);
        Health.start(context);
    }

    /**
     * Looks whether the management server can listen, which itself says so with a trace and lets the service go on.
     *
     * @throws SettingsException if it cannot
     */
    public static void requireAddress(Settings settings) {
        String host = settings.require(Setting.MANAGEMENT_HOST);
        int port = settings.integer(Setting.MANAGEMENT_PORT, 0, 65535);
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (IOException e) {
            throw new SettingsException(
                    "Metrics and health cannot listen on " + host + ":" + port + " (" + e.getMessage()
                            + "): set " + Setting.MANAGEMENT_PORT.key() + " or " + Setting.MANAGEMENT_HOST.key()
                            + " to another.");
        }
    }

    /** The URL of the management server, empty where none runs. */
    public static Optional<String> url(CamelContext context) {
        return Optional.ofNullable(context.hasService(ManagementHttpServer.class))
                .map(server -> "http://" + host(server.getHost()) + ":"
                        + server.getRouter().getServer().getPort());
    }

    /**
     * Lets nobody on the network run operations by Jolokia, nor another web site by way of a browser on this machine.
     *
     * @throws SettingsException if Jolokia is to listen beyond loopback without authentication
     */
    public static void secure(CamelContext context) {
        ManagementHttpServer server = context.hasService(ManagementHttpServer.class);
        if (server == null
                || !server.isJolokiaEnabled()
                || server.getConfiguration().getAuthenticationConfig().isEnabled()) {
            return;
        }
        if (!isLoopback(server.getHost())) {
            throw new SettingsException("camel.management.jolokiaEnabled lets whoever reaches " + server.getHost()
                    + " run operations: set camel.management.authenticationEnabled and basicPropertiesFile, or bind"
                    + " camel.management.host to 127.0.0.1.");
        }
        server.getRouter()
                .route(server.getJolokiaPath() + "*")
                .order(Integer.MIN_VALUE)
                .handler(HttpAccess::admitThisMachine);
    }

    static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static String host(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }
}
