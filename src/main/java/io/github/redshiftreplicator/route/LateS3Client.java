package io.github.redshiftreplicator.route;

import software.amazon.awssdk.services.s3.DelegatingS3Client;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadBucketResponse;

/**
 * Lets the routes start while S3 is away: an endpoint of aws2-s3 asks for its bucket when it starts, and its route would be
 * gone until the next start of the service. A bucket that is missing is told by the first request that needs it.
 */
final class LateS3Client extends DelegatingS3Client {
    LateS3Client(S3Client delegate) {
        super(delegate);
    }

    @Override
    public HeadBucketResponse headBucket(HeadBucketRequest request) {
        return HeadBucketResponse.builder().build();
    }
}
