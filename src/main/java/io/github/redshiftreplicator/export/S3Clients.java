package io.github.redshiftreplicator.export;

import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.Settings;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;

/** Makes the S3 client that the settings describe. */
public final class S3Clients {
    /** For what is not the upload of a part: lists, manifests, deletions, whoever looks. */
    private static final int OTHER_CONNECTIONS = 64;

    private S3Clients() {}

    /**
     * Makes a client; nothing is connected yet.
     *
     * <p>Every object goes with a checksum: AWS gets the SDK's. For a service that is not AWS the SDK's trailing checksums and
     * chunked framing are off, as some of them store the framing with the object or refuse its signature; over plain HTTP
     * the signature has the SHA-256 of the object, over TLS it has not, and the object's MD5 is sent. Paths carry the bucket
     * there, since its name has no DNS entry.
     */
    public static S3Client of(Settings settings) {
        return builder(settings).build();
    }

    static S3ClientBuilder builder(Settings settings) {
        S3ClientBuilder builder = S3Client.builder()
                .region(Region.of(settings.require(Setting.S3_REGION)))
                .httpClientBuilder(ApacheHttpClient.builder()
                        .maxConnections(connections(settings))
                        .connectionTimeout(Duration.ofSeconds(10))
                        .socketTimeout(settings.duration(Setting.S3_TIMEOUT)));
        ClientOverrideConfiguration.Builder override = ClientOverrideConfiguration.builder();
        settings.get(Setting.S3_ENDPOINT).map(URI::create).ifPresent(endpoint -> {
            builder.endpointOverride(endpoint)
                    .serviceConfiguration(S3Configuration.builder()
                            .pathStyleAccessEnabled(true)
                            .chunkedEncodingEnabled(false)
                            .build())
                    .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                    .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
            if (!"http".equalsIgnoreCase(endpoint.getScheme())) {
                override.addExecutionInterceptor(new ContentMd5Interceptor());
            }
        });
        ServerSideEncryptionInterceptor.of(settings).ifPresent(override::addExecutionInterceptor);
        settings.get(Setting.S3_ACCESS_KEY)
                .ifPresent(accessKey -> builder.credentialsProvider(StaticCredentialsProvider.create(credentials(
                        accessKey,
                        settings.require(Setting.S3_SECRET_KEY),
                        settings.get(Setting.S3_SESSION_TOKEN).orElse(null)))));
        return builder.overrideConfiguration(override.build());
    }

    /**
     * As many as may be asked for at once: a request that waits long for a connection fails. They are made when they are
     * needed.
     */
    private static int connections(Settings settings) {
        int ofTable = settings.integer(Setting.UPLOAD_THREADS, 1, 256)
                + settings.integer(Setting.COMPRESSION_THREADS, 1, 256)
                + 1;
        return settings.integer(Setting.CONCURRENT_TABLES, 1, 256) * ofTable + OTHER_CONNECTIONS;
    }

    private static AwsCredentials credentials(String accessKey, String secretKey, String sessionToken) {
        return sessionToken == null
                ? AwsBasicCredentials.create(accessKey, secretKey)
                : AwsSessionCredentials.create(accessKey, secretKey, sessionToken);
    }
}
