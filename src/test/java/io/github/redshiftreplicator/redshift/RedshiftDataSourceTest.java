package io.github.redshiftreplicator.redshift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class RedshiftDataSourceTest {
    @Test
    void startsWhileRedshiftIsAwayAndShowsNoPassword() {
        try (HikariDataSource pool = RedshiftDataSource.create("jdbc:redshift://127.0.0.1:1/dev", "loader", "s3cret")) {
            assertThat(pool.getMinimumIdle()).isZero();
            assertThat(pool.getConnectionInitSql()).isEqualTo("SET timezone TO 'UTC'");
            assertThat(pool.getDataSourceProperties())
                    .containsEntry("loginTimeout", "30")
                    .containsEntry("tcpKeepAlive", "true");
            assertThat(pool.toString()).doesNotContain("s3cret");
        }
    }

    @Test
    void anIamUrlIsLeftAloneAndNeedsNoUser() {
        String url = "jdbc:redshift:iam://cluster:eu-west-1/dev?DbUser=loader";
        try (HikariDataSource pool = RedshiftDataSource.create(url, " ", null)) {
            assertThat(pool.getJdbcUrl()).isEqualTo(url);
            assertThat(pool.getUsername()).isNull();
            assertThat(pool.getPassword()).isNull();
        }
    }

    /** The driver itself asks AWS, here a server of ours, for a user and a password. TLS to the cluster is beyond a test. */
    @Test
    void theDriverAsksForACredentialOfTheClusterInItsRegion() throws Exception {
        try (FakeAws aws = new FakeAws("text/xml", """
                <GetClusterCredentialsResponse xmlns="http://redshift.amazonaws.com/doc/2012-12-01/"><GetClusterCredentialsResult>
                <DbUser>IAM:loader</DbUser><DbPassword>fetched</DbPassword><Expiration>2099-01-01T00:00:00Z</Expiration>
                </GetClusterCredentialsResult></GetClusterCredentialsResponse>""")) {
            connect("jdbc:redshift:iam://127.0.0.1:1/dev?ClusterID=mycluster&Region=eu-west-1&DbUser=loader"
                    + "&AccessKeyID=AKIATEST&SecretAccessKey=secret&SessionToken=token&EndpointUrl=" + aws.url());
            assertThat(aws.body())
                    .contains("Action=GetClusterCredentials", "ClusterIdentifier=mycluster", "DbUser=loader");
            assertThat(aws.header("Authorization")).contains("AKIATEST", "/eu-west-1/redshift/");
            assertThat(aws.header("X-Amz-Security-Token")).isEqualTo("token");
        }
    }

    @Test
    void theDriverAsksForACredentialOfTheServerlessWorkgroupThatTheHostNames() throws Exception {
        try (FakeAws aws = new FakeAws("application/x-amz-json-1.1", """
                {"dbUser": "IAM:loader", "dbPassword": "fetched", "expiration": 4070908800, "nextRefreshTime": 4070908800}""")) {
            connect("jdbc:redshift:iam://wg.123456789012.eu-west-1.redshift-serverless.amazonaws.com:1/dev"
                    + "?AccessKeyID=AKIATEST&SecretAccessKey=secret&EndpointUrl=" + aws.url());
            assertThat(aws.header("X-Amz-Target")).isEqualTo("RedshiftServerless.GetCredentials");
            assertThat(aws.body()).contains("\"workgroupName\":\"wg\"", "\"dbName\":\"dev\"");
            assertThat(aws.header("Authorization")).contains("/eu-west-1/redshift-serverless/");
        }
    }

    /** As the pool does, once: nothing listens there, so it must fail after the credentials were fetched. */
    private static void connect(String url) {
        try (HikariDataSource pool = RedshiftDataSource.create(url, null, null)) {
            assertThatThrownBy(() -> DriverManager.getConnection(pool.getJdbcUrl(), pool.getDataSourceProperties()))
                    .isInstanceOf(SQLException.class)
                    .satisfies(e -> assertThat(e.toString()).doesNotContain("NoClassDefFound", "fetched"));
        }
    }

    private static final class FakeAws implements AutoCloseable {
        private final HttpServer server;
        private volatile Headers headers = new Headers();
        private volatile String body = "";

        FakeAws(String type, String answer) throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                headers = exchange.getRequestHeaders();
                body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().add("Content-Type", type);
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
                exchange.close();
            });
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        String body() {
            return body;
        }

        String header(String name) {
            return headers.getFirst(name);
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
