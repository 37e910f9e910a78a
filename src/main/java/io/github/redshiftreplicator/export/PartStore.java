package io.github.redshiftreplicator.export;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The objects of the replications in their bucket: finds them and deletes them. Thread-safe. */
public final class PartStore {
    private final S3Client s3;
    private final String bucket;

    public PartStore(S3Client s3, String bucket) {
        this.s3 = s3;
        this.bucket = bucket;
    }

    /** The bucket, never null. */
    public String bucket() {
        return bucket;
    }

    /** The URL by which COPY knows a key. */
    public String url(String key) {
        return "s3://" + bucket + "/" + key;
    }

    /**
     * The region that the bucket is in, as S3 tells it even to a client that looks for it elsewhere; empty where a service
     * does not.
     */
    public Optional<String> region() {
        try {
            return Optional.ofNullable(
                    s3.headBucket(request -> request.bucket(bucket)).bucketRegion());
        } catch (S3Exception e) {
            return Optional.of(Optional.ofNullable(e.awsErrorDetails())
                    .flatMap(details -> Optional.ofNullable(details.sdkHttpResponse()))
                    .flatMap(response -> response.firstMatchingHeader("x-amz-bucket-region"))
                    .orElseThrow(() -> e));
        }
    }

    /** An object's text, read whole: for manifests and the like, not for parts. */
    public String text(String key) {
        return s3.getObjectAsBytes(request -> request.bucket(bucket).key(key)).asUtf8String();
    }

    /** The keys that begin with the prefix and pass the test, in S3's order. */
    public List<String> keys(String prefix, Predicate<String> test) {
        List<String> keys = new ArrayList<>();
        var request =
                ListObjectsV2Request.builder().bucket(bucket).prefix(prefix).build();
        for (S3Object object : s3.listObjectsV2Paginator(request).contents()) {
            if (test.test(object.key())) {
                keys.add(object.key());
            }
        }
        return keys;
    }

    /**
     * An object in the bucket.
     *
     * @param bytes its size
     * @param modified when it was stored, by S3's clock
     */
    public record Stored(String key, long bytes, Instant modified) {}

    /** The objects whose keys begin with the prefix, in S3's order, at most so many. */
    public List<Stored> objects(String prefix, int most) {
        return s3.listObjectsV2(request -> request.bucket(bucket).prefix(prefix).maxKeys(most)).contents().stream()
                .map(object -> new Stored(object.key(), object.size(), object.lastModified()))
                .toList();
    }

    /**
     * Deletes keys, one request each: services that are not AWS often lack the request for many. One that is absent
     * counts as deleted.
     */
    public void delete(List<String> keys) {
        for (String key : keys) {
            s3.deleteObject(request -> request.bucket(bucket).key(key));
        }
    }
}
