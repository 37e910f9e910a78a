package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.redshift.Authorization;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/** Lets COPY read S3 with what AWS's default chain gives this process: where neither a role nor keys are configured. */
final class DefaultCredentials implements Supplier<Authorization> {
    private final DefaultCredentialsProvider provider =
            DefaultCredentialsProvider.builder().build();

    @Override
    public Authorization get() {
        AwsCredentials credentials = provider.resolveCredentials();
        Optional<String> token = credentials instanceof AwsSessionCredentials session
                ? Optional.of(session.sessionToken())
                : Optional.empty();
        return new Authorization.Keys(credentials.accessKeyId(), credentials.secretAccessKey(), token);
    }
}
