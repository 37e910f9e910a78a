package io.github.redshiftreplicator.export;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.utils.BinaryUtils;
import software.amazon.awssdk.utils.Md5Utils;

/**
 * Sends an object's digest along with it, so that the service refuses what reaches it otherwise ("Content-MD5" in the S3
 * API's PutObject). Thread-safe.
 */
final class ContentMd5Interceptor implements ExecutionInterceptor {
    @Override
    public SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
        if (!(context.request() instanceof PutObjectRequest)
                || context.requestBody().isEmpty()) {
            return context.httpRequest();
        }
        try (InputStream body =
                context.requestBody().get().contentStreamProvider().newStream()) {
            return context.httpRequest().toBuilder()
                    .putHeader("Content-MD5", BinaryUtils.toBase64(Md5Utils.computeMD5Hash(body)))
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
