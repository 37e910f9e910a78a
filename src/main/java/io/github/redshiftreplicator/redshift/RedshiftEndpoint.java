package io.github.redshiftreplicator.redshift;

import java.util.Set;
import javax.sql.DataSource;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.support.DefaultEndpoint;

/**
 * Loads S3 files into Amazon Redshift by COPY, exactly once, and maintains its tables.
 */
@UriEndpoint(
        firstVersion = "1.0.0",
        scheme = "redshift",
        title = "Amazon Redshift",
        syntax = "redshift:operation",
        producerOnly = true,
        category = {Category.DATABASE, Category.CLOUD},
        headersClass = RedshiftConstants.class)
public class RedshiftEndpoint extends DefaultEndpoint {
    @UriParam
    private RedshiftConfiguration configuration;

    public RedshiftEndpoint(String uri, RedshiftComponent component, RedshiftConfiguration configuration) {
        super(uri, component);
        this.configuration = configuration;
    }

    @Override
    public Producer createProducer() {
        return new RedshiftProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("redshift: has no consumer, it can only be sent to.");
    }

    @Override
    public RedshiftComponent getComponent() {
        return (RedshiftComponent) super.getComponent();
    }

    public RedshiftConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(RedshiftConfiguration configuration) {
        this.configuration = configuration;
    }

    /**
     * The connections to Redshift.
     *
     * @throws IllegalArgumentException if none is configured and the registry does not have exactly one that fits
     */
    DataSource dataSource() {
        if (configuration.getDataSource() != null) {
            return configuration.getDataSource();
        }
        DataSource named =
                getCamelContext().getRegistry().lookupByNameAndType(RedshiftConstants.DATA_SOURCE, DataSource.class);
        if (named != null) {
            return named;
        }
        Set<DataSource> all = getCamelContext().getRegistry().findByType(DataSource.class);
        if (all.size() != 1) {
            throw new IllegalArgumentException("redshift:"
                    + configuration.getOperation().word() + " finds " + all.size()
                    + " DataSources in the registry: set dataSource, or bind Redshift's as "
                    + RedshiftConstants.DATA_SOURCE + ".");
        }
        return all.iterator().next();
    }
}
