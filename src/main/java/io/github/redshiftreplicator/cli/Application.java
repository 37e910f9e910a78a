package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.config.FileProblem;
import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.config.SettingsException;
import io.github.redshiftreplicator.management.CanceledReplications;
import io.github.redshiftreplicator.management.ManagedObjects;
import io.github.redshiftreplicator.management.Notifications;
import io.github.redshiftreplicator.route.ReplicatorComponent;
import io.github.redshiftreplicator.route.RouteFiles;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;

/**
 * The Camel application of one deployment directory: {@code application.properties} and {@code routes/}. Started once,
 * closed once.
 */
final class Application implements AutoCloseable {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{[^{}]*}}");

    private final Settings settings;
    private final Main main = new ManyRoutes();
    private final RouteFiles routeFiles;

    private Application(Path directory, Settings settings, Map<String, String> defaults) {
        this.settings = settings;
        this.routeFiles = new RouteFiles(directory.resolve("routes"));
        // Camel would read the file in another encoding, and take a comma for the end of its path
        main.setPropertyPlaceholderLocations("false");
        defaults.forEach(main::addInitialProperty);
        properties(directory).forEach(main::addInitialProperty);
        settings.asProperties().forEach(main::addOverrideProperty);
        main.configure().setName("redshift-replicator");
        main.configure().setJmxEnabled(false);
        main.configure().setUseMdcLogging(true);
        main.configure().setMdcLoggingKeysPattern("*");
        main.configure().setAutoConfigurationLogSummary(false);
        main.configure().setStartupRecorder("off");
        main.configure()
                .setShutdownTimeout(Math.toIntExact(
                        settings.duration(Setting.SHUTDOWN_TIMEOUT).toSeconds()));
        main.configure().setShutdownLogInflightExchangesOnTimeout(false);
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void afterConfigure(BaseMainSupport base) {
                CamelContext context = base.getCamelContext();
                context.getManagementStrategy().setManagementObjectStrategy(new ManagedObjects());
                context.addComponent("replicator", new ReplicatorComponent(settings));
            }
        });
    }

    /**
     * Reads the configuration of a deployment directory.
     *
     * @param embedded keys set by the embedded default, which win over the file; empty for a real deployment
     * @throws SettingsException if it cannot be used
     */
    static Settings settings(Path directory, Map<String, String> embedded) {
        Map<String, String> properties = properties(directory);
        resolvePlaceholders(properties);
        properties.putAll(embedded);
        return Settings.of(properties, embedded.isEmpty() ? System.getenv() : Map.of());
    }

    /** What application.properties says, as it stands there. */
    private static Map<String, String> properties(Path directory) {
        Map<String, String> properties = new HashMap<>();
        Path file = directory.resolve("application.properties");
        // what cannot be looked at may be there, and says so when it is read
        if (!Files.notExists(file)) {
            Properties read = new Properties();
            try {
                // what some editors put before the first key
                read.load(new StringReader(Files.readString(file).replaceFirst("^\ufeff", "")));
            } catch (CharacterCodingException e) {
                throw new SettingsException("Cannot read " + file + ": it is not in UTF-8: save it so.");
            } catch (IOException e) {
                throw new SettingsException("Cannot read " + file + ": " + FileProblem.of(e) + ".");
            } catch (IllegalArgumentException e) {
                throw new SettingsException("Cannot read " + file + ": " + e.getMessage());
            }
            read.stringPropertyNames().forEach(key -> properties.put(key, read.getProperty(key)));
        }
        return properties;
    }

    /** Secrets are written as {@code {{env:NAME}}} or {@code {{aws:NAME}}}; Camel knows how to find them. */
    private static void resolvePlaceholders(Map<String, String> properties) {
        if (properties.values().stream().noneMatch(value -> value.contains("{{"))) {
            return;
        }
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            Properties initial = new Properties();
            initial.putAll(properties);
            context.getPropertiesComponent().setInitialProperties(initial);
            context.build();
            properties.replaceAll((key, value) ->
                    key.startsWith(Setting.PREFIX) && value.contains("{{") ? resolve(context, key, value) : value);
        } catch (IOException e) {
            throw new SettingsException("The configuration cannot be read: " + e.getMessage());
        }
    }

    private static String resolve(CamelContext context, String key, String value) {
        try {
            return context.resolvePropertyPlaceholders(value);
        } catch (RuntimeException e) {
            // not the whole value, which may be a secret
            Matcher placeholder = PLACEHOLDER.matcher(value);
            throw new SettingsException(
                    "The configuration key '" + key + "' has " + (placeholder.find() ? placeholder.group() : "{{")
                            + ", which cannot be resolved: set what it names.");
        }
    }

    /**
     * Starts the application with the routes of the directory. A route file that cannot be used does not keep the others
     * from running: {@link #routeFiles()} has the reasons.
     */
    static Application start(Path directory, Settings settings) {
        return start(directory, settings, Map.of());
    }

    /** @param defaults properties of Camel that go behind those of application.properties */
    static Application start(Path directory, Settings settings, Map<String, String> defaults) {
        settings.require(Setting.REDSHIFT_URL);
        settings.require(Setting.S3_BUCKET);
        Application application = new Application(directory, settings, defaults);
        try {
            application.main.start();
            Notifications.start(application.context());
            CanceledReplications.start(application.context());
            application.routeFiles.load(application.context());
        } catch (Exception e) {
            application.close();
            throw e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
        }
        return application;
    }

    Settings settings() {
        return settings;
    }

    CamelContext context() {
        return main.getCamelContext();
    }

    ReplicatorComponent replicator() {
        return ReplicatorComponent.of(context());
    }

    RouteFiles routeFiles() {
        return routeFiles;
    }

    @Override
    public void close() {
        main.stop();
        main.shutdown();
    }
}
