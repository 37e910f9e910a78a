package io.github.redshiftreplicator.route;

import com.amazon.redshift.util.RedshiftException;
import io.github.redshiftreplicator.config.Secrets;
import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.Settings;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import org.apache.commons.lang3.exception.ExceptionUtils;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Says of a failed request to S3 where it went, what was answered, and which keys decide that. */
public final class S3Failure {
    private static final String NO_CREDENTIALS = "Unable to load credentials";

    private S3Failure() {}

    /** One sentence if the error came from S3, empty if not. */
    public static Optional<String> explain(Throwable error, Settings settings) {
        List<Throwable> causes = ExceptionUtils.getThrowableList(error);
        // Redshift's driver asks AWS for credentials by the same SDK
        boolean ofRedshift = causes.stream().anyMatch(RedshiftException.class::isInstance);
        return causes.stream()
                .filter(e -> e instanceof SdkException && !ofRedshift)
                .findFirst()
                .map(e -> sentence((SdkException) e, settings));
    }

    private static String sentence(SdkException e, Settings settings) {
        String bucket = settings.get(Setting.S3_BUCKET).orElse("");
        String place =
                settings.get(Setting.S3_ENDPOINT).orElseGet(() -> "AWS in " + settings.require(Setting.S3_REGION));
        String s3 = "S3 (bucket " + bucket + " at " + Secrets.masked(place) + ")";
        if (e instanceof NoSuchBucketException) {
            return s3 + ": the bucket does not exist: create it or check replicator.s3.bucket.";
        }
        if (e instanceof S3Exception refused) {
            String code = refused.awsErrorDetails() == null
                            || refused.awsErrorDetails().errorCode() == null
                    ? "status " + refused.statusCode()
                    : refused.awsErrorDetails().errorCode();
            return s3 + " refused a request: " + code + ", " + plain(refused) + remedy(refused.statusCode());
        }
        Throwable root = ExceptionUtils.getRootCause(e);
        if (String.valueOf(e.getMessage()).contains(NO_CREDENTIALS)) {
            return s3
                    + " cannot be asked: there are no credentials. Set replicator.s3.access-key and .secret-key, or give this"
                    + " process a role, a profile or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.";
        }
        String reason = root instanceof UnknownHostException ? "unknown host " + root.getMessage() : plain(root);
        return s3 + " cannot be reached: " + reason + ". Check replicator.s3.endpoint, .region and the network.";
    }

    private static String remedy(int status) {
        return switch (status) {
            case 401, 403 -> ". Check replicator.s3.access-key, .secret-key and what they permit.";
            case 301, 400 -> ". Check replicator.s3.region and .bucket.";
            default -> ".";
        };
    }

    /** Without the SDK's notes on the service, the request and its attempts. */
    private static String plain(Throwable e) {
        return String.valueOf(e.getMessage())
                .replaceAll("\\s*\\((Service|SDK).*", "")
                .replaceAll("[.\\s]+$", "");
    }
}
