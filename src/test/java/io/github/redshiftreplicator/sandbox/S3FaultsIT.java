package io.github.redshiftreplicator.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

class S3FaultsIT {

    private static final byte[] CONTENT = new byte[100_000];

    @RegisterExtension
    static final SandboxExtension sandbox = new SandboxExtension();

    @Test
    void theClientGetsOverFailuresByItself() throws IOException {
        try (S3Faults faults = new S3Faults(sandbox.sandbox().endpoint());
                S3Client client = client(faults, 4)) {
            faults.failPuts(1);
            put(client, "one");
            faults.resetPuts(1);
            put(client, "two");
            faults.loseAnswersOfPuts(1);
            put(client, "three");
            assertThat(faults.puts()).isEqualTo(6);
        }
        for (String name : new String[] {"one", "two", "three"}) {
            assertThat(sandbox.s3()
                            .getObjectAsBytes(r -> r.bucket(Sandbox.BUCKET).key(sandbox.prefix() + "/" + name))
                            .asByteArray())
                    .isEqualTo(CONTENT);
        }
    }

    @Test
    void failuresWithoutEndReachTheCaller() throws IOException {
        try (S3Faults faults = new S3Faults(sandbox.sandbox().endpoint());
                S3Client client = client(faults, 1)) {
            faults.failPuts(100);
            assertThatThrownBy(() -> put(client, "one")).isInstanceOf(SdkException.class);
        }
    }

    private static S3Client client(S3Faults faults, int attempts) {
        return sandbox.s3Client(
                faults.endpoint(), override -> override.retryStrategy(retry -> retry.maxAttempts(attempts))
                        .apiCallTimeout(Duration.ofSeconds(60)));
    }

    private static void put(S3Client client, String name) {
        client.putObject(
                r -> r.bucket(Sandbox.BUCKET).key(sandbox.prefix() + "/" + name), RequestBody.fromBytes(CONTENT));
    }
}
