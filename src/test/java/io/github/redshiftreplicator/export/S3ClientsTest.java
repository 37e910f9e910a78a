package io.github.redshiftreplicator.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.config.SettingsException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.S3Client;

/** What the client asks of S3, as a server sees it. */
class S3ClientsTest {
    private static final String KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd";

    private final List<Headers> requests = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private int headStatus = 200;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestHeaders());
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().add("x-amz-bucket-region", "eu-central-1");
            exchange.sendResponseHeaders(exchange.getRequestMethod().equals("HEAD") ? headStatus : 200, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Settings settings(String... keysAndValues) {
        Map<String, String> properties = new TreeMap<>(Map.of(
                "replicator.s3.endpoint",
                        "http://127.0.0.1:" + server.getAddress().getPort(),
                "replicator.s3.region", "eu-west-1",
                "replicator.s3.access-key", "AKIATEST",
                "replicator.s3.secret-key", "secret",
                "replicator.s3.session-token", "token"));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            if (keysAndValues[i + 1] == null) {
                properties.remove(keysAndValues[i]);
            } else {
                properties.put(keysAndValues[i], keysAndValues[i + 1]);
            }
        }
        return Settings.of(properties, Map.of());
    }

    private Headers put(Settings settings) {
        try (S3Client client = S3Clients.of(settings)) {
            client.putObject(request -> request.bucket("bucket").key("part"), RequestBody.fromString("1"));
        }
        return requests.get(requests.size() - 1);
    }

    @Test
    void theBucketDecidesAboutEncryptionUnlessTold() {
        Headers headers = put(settings());
        assertThat(new ArrayList<>(headers.keySet()))
                .noneMatch(name -> name.toLowerCase().contains("encryption"));
        assertThat(headers.getFirst("x-amz-security-token")).isEqualTo("token");
        assertThat(headers.getFirst("Authorization")).contains("AKIATEST", "/eu-west-1/s3/");
    }

    @Test
    void partsAreEncryptedByS3() {
        Headers headers = put(settings("replicator.s3.encryption", "sse-s3"));
        assertThat(headers.getFirst("x-amz-server-side-encryption")).isEqualTo("AES256");
        assertThat(headers.getFirst("Authorization")).contains("x-amz-server-side-encryption");
    }

    @Test
    void partsAreEncryptedByAKeyOfKms() {
        Headers headers = put(settings("replicator.s3.encryption", "sse-kms", "replicator.s3.kms-key", KEY));
        assertThat(headers.getFirst("x-amz-server-side-encryption")).isEqualTo("aws:kms");
        assertThat(headers.getFirst("x-amz-server-side-encryption-aws-kms-key-id"))
                .isEqualTo(KEY);
    }

    @Test
    void theAccountsOwnKeyOfKmsNeedsNoName() {
        Headers headers = put(settings("replicator.s3.encryption", "sse-kms"));
        assertThat(headers.getFirst("x-amz-server-side-encryption")).isEqualTo("aws:kms");
        assertThat(headers.getFirst("x-amz-server-side-encryption-aws-kms-key-id"))
                .isNull();
    }

    @Test
    void largePartsAreEncryptedToo() {
        try (S3Client client = S3Clients.of(settings("replicator.s3.encryption", "sse-s3"))) {
            client.createMultipartUpload(request -> request.bucket("bucket").key("part"));
        } catch (RuntimeException e) {
            // this server's answer is empty; what was asked counts
        }
        assertThat(requests.get(0).getFirst("x-amz-server-side-encryption")).isEqualTo("AES256");
    }

    /** Over plain HTTP the signature is of it. */
    @Test
    void anObjectGoesWithItsChecksum() {
        assertThat(put(settings()).getFirst("x-amz-content-sha256"))
                .isEqualTo("6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b");
        assertThat(put(settings()).getFirst("Content-MD5")).isNull();
    }

    @Test
    void overTlsAnObjectGoesWithItsMd5() {
        SdkHttpRequest request = sent(settings("replicator.s3.endpoint", "https://s3.example.com"));
        assertThat(request.firstMatchingHeader("x-amz-content-sha256")).contains("UNSIGNED-PAYLOAD");
        assertThat(request.firstMatchingHeader("Content-MD5")).contains("xMpCOKC5I4INzFCab3WEmw==");
    }

    @Test
    void toAwsAnObjectGoesWithTheSdksChecksum() {
        SdkHttpRequest request = sent(settings("replicator.s3.endpoint", null));
        assertThat(request.host()).isEqualTo("bucket.s3.eu-west-1.amazonaws.com");
        assertThat(request.firstMatchingHeader("x-amz-sdk-checksum-algorithm")).contains("CRC32");
        assertThat(request.headers().keySet().stream().map(String::toLowerCase).toList())
                .containsAnyOf("x-amz-trailer", "x-amz-checksum-crc32");
    }

    /** What the client would send to a server that is not in reach. */
    private static SdkHttpRequest sent(Settings settings) {
        RecordingClient http = new RecordingClient();
        try (S3Client client = S3Clients.builder(settings)
                .httpClientBuilder(null)
                .httpClient(http)
                .build()) {
            client.putObject(request -> request.bucket("bucket").key("part"), RequestBody.fromString("1"));
        }
        return http.request;
    }

    /** Answers 200 to everything. */
    private static final class RecordingClient implements SdkHttpClient {
        private SdkHttpRequest request;

        @Override
        public ExecutableHttpRequest prepareRequest(HttpExecuteRequest execution) {
            request = execution.httpRequest();
            return new ExecutableHttpRequest() {
                @Override
                public HttpExecuteResponse call() {
                    return HttpExecuteResponse.builder()
                            .response(SdkHttpResponse.builder().statusCode(200).build())
                            .build();
                }

                @Override
                public void abort() {}
            };
        }

        @Override
        public void close() {}
    }

    /** Also to one who looks elsewhere, or may not look at all. */
    @ParameterizedTest
    @ValueSource(ints = {200, 301, 403})
    void theBucketTellsItsRegion(int status) {
        headStatus = status;
        try (S3Client client = S3Clients.of(settings())) {
            assertThat(new PartStore(client, "bucket").region()).contains("eu-central-1");
        }
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> S3Clients.of(settings("replicator.s3.encryption", "aes")))
                .isInstanceOf(SettingsException.class)
                .hasMessage("replicator.s3.encryption is 'aes': write sse-s3 or sse-kms, or leave it out.");
        assertThatThrownBy(() -> S3Clients.of(settings("replicator.s3.kms-key", KEY)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("replicator.s3.encryption is not sse-kms");
    }
}
