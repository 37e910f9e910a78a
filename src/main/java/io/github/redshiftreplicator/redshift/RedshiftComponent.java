package io.github.redshiftreplicator.redshift;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import javax.sql.DataSource;
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
        setProperties(own, parameters);
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

    public DataSource getDataSource() {
        return configuration.getDataSource();
    }

    /** The connections to Redshift. By default the DataSource in the registry that is called redshiftDataSource, else the only one there is. */
    @Metadata(
            label = "common",
            description =
                    "The connections to Redshift. By default the DataSource in the registry that is called redshiftDataSource, else the only one there is.")
    public void setDataSource(DataSource dataSource) {
        configuration.setDataSource(dataSource);
    }

    public String getRegion() {
        return configuration.getRegion();
    }

    /** The region of the bucket, where it is not the cluster's. */
    @Metadata(label = "common", description = "The region of the bucket, where it is not the cluster's.")
    public void setRegion(String region) {
        configuration.setRegion(region);
    }

    public String getIamRole() {
        return configuration.getIamRole();
    }

    /** The role that COPY reads S3 with: its ARN, or default for the cluster's default role. Either this or the keys. */
    @Metadata(
            label = "security",
            description =
                    "The role that COPY reads S3 with: its ARN, or default for the cluster's default role. Either this or the keys.")
    public void setIamRole(String iamRole) {
        configuration.setIamRole(iamRole);
    }

    public String getAccessKey() {
        return configuration.getAccessKey();
    }

    /** The id of the key that COPY reads S3 with. */
    @Metadata(label = "security", secret = true, description = "The id of the key that COPY reads S3 with.")
    public void setAccessKey(String accessKey) {
        configuration.setAccessKey(accessKey);
    }

    public String getSecretKey() {
        return configuration.getSecretKey();
    }

    /** The secret of the key that COPY reads S3 with. */
    @Metadata(label = "security", secret = true, description = "The secret of the key that COPY reads S3 with.")
    public void setSecretKey(String secretKey) {
        configuration.setSecretKey(secretKey);
    }

    public String getSessionToken() {
        return configuration.getSessionToken();
    }

    /** The token of temporary keys. */
    @Metadata(label = "security", secret = true, description = "The token of temporary keys.")
    public void setSessionToken(String sessionToken) {
        configuration.setSessionToken(sessionToken);
    }

    public Supplier<Authorization> getAuthorization() {
        return configuration.getAuthorization();
    }

    /** Asked for the authorization at each attempt, for keys that are renewed. In place of iamRole and the keys. */
    @Metadata(
            label = "security,advanced",
            description =
                    "Asked for the authorization at each attempt, for keys that are renewed. In place of iamRole and the keys.")
    public void setAuthorization(Supplier<Authorization> authorization) {
        configuration.setAuthorization(authorization);
    }

    public Map<String, Object> getCopyOptions() {
        return configuration.getCopyOptions();
    }

    /** COPY's clauses by name, for all endpoints. An endpoint's copy.NAME overrides the one of that name. */
    @Metadata(
            label = "common",
            description =
                    "COPY's clauses by name, for all endpoints. An endpoint's copy.NAME overrides the one of that name.")
    public void setCopyOptions(Map<String, Object> copyOptions) {
        configuration.setCopyOptions(copyOptions);
    }
}
