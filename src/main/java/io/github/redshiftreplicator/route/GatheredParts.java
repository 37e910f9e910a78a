package io.github.redshiftreplicator.route;

import io.github.redshiftreplicator.table.Part;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.StreamCache;
import org.apache.camel.component.aws2.s3.AWS2S3Constants;

/**
 * Gathers the uploaded parts of a split. A part that failed does not end the split at once: those that are under way are
 * waited for, so that nothing is uploaded after the route has gone on.
 */
final class GatheredParts implements AggregationStrategy {
    @Override
    public Exchange aggregate(Exchange all, Exchange part) {
        Run run = Run.of(part);
        if (part.getException() != null) {
            run.fail(part.getException());
            // The split's own result must not carry it: the next step raises it when all parts have ended.
            part.setException(null);
        } else {
            String key = part.getMessage().getHeader(AWS2S3Constants.PRODUCED_KEY, String.class);
            if (key == null) {
                run.fail(new IllegalStateException(
                        "Table " + run.table().name() + ": a part was not uploaded: the split must end with aws2-s3."));
            } else {
                run.addPart(new Part(
                        key,
                        length(part.getMessage().getBody()),
                        part.getMessage().getHeader(ReplicatorConstants.ROWS, 0L, Long.class)));
            }
        }
        return all == null ? part : all;
    }

    private static long length(Object body) {
        if (body instanceof byte[] bytes) {
            return bytes.length;
        }
        return body instanceof StreamCache cache ? cache.length() : 0;
    }
}
