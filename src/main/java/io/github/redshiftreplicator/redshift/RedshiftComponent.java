package io.github.redshiftreplicator.redshift;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.util.PropertiesHelper;

/** The component {@code redshift:}. What is set here holds for all of its endpoints, unless one sets it for itself. */
@Component("redshift")
public class RedshiftComponent extends DefaultComponent {
    private static final List<String> AUTHORIZATION =
            List.of("iamRole", "accessKey", "secretKey", "sessionToken", "authorization");

    private RedshiftConfiguration configuration = new RedshiftConfiguration();
    private final Lock oneVacuum = new ReentrantLock();

    public RedshiftComponent() {}

    public RedshiftComponent(CamelContext context) {
        super(context);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        RedshiftConfiguration own = configuration.copy();
        own.setOperation(RedshiftOperation.of(remaining));
        if (AUTHORIZATION.stream().anyMatch(parameters::containsKey)) {
            own.clearAuthorization();
        }
        Map<String, Object> copyOptions = new LinkedHashMap<>(own.getCopyOptions());
        copyOptions.putAll(PropertiesHelper.extractProperties(parameters, "copy."));
        own.setCopyOptions(copyOptions);
        RedshiftEndpoint endpoint = new RedshiftEndpoint(uri, this, own);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    /** Held during every VACUUM. */
    Lock oneVacuum() {
        return oneVacuum;
    }

    public RedshiftConfiguration getConfiguration() {
        return configuration;
    }

    /** The options that all endpoints begin with. */
    @Metadata(label = "advanced", description = "The options that all endpoints begin with.")
    public void setConfiguration(RedshiftConfiguration configuration) {
        this.configuration = configuration;
    }
}
