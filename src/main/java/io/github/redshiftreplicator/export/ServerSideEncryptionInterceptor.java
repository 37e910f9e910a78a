package io.github.redshiftreplicator.export;

import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.config.SettingsException;
import java.util.Optional;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * Has S3 encrypt every object that a client writes, whoever writes it: parts, manifests and doctor's probe alike. COPY reads
 * such objects without a clause of its own ("Loading encrypted data files from Amazon S3" in Redshift's documentation).
 * Thread-safe.
 */
final class ServerSideEncryptionInterceptor implements ExecutionInterceptor {
    private final ServerSideEncryption encryption;
    private final String kmsKey;

    private ServerSideEncryptionInterceptor(ServerSideEncryption encryption, String kmsKey) {
        this.encryption = encryption;
        this.kmsKey = kmsKey;
    }

    /**
     * What the settings say; empty where the bucket decides.
     *
     * @throws SettingsException if a key of KMS is set and KMS is not, or the encryption is neither of the two
     */
    static Optional<ServerSideEncryptionInterceptor> of(Settings settings) {
        Optional<String> kmsKey = settings.get(Setting.S3_KMS_KEY);
        String wanted = settings.get(Setting.S3_ENCRYPTION).orElse("");
        if (kmsKey.isPresent() && !wanted.equals("sse-kms")) {
            throw new SettingsException(Setting.S3_KMS_KEY.key() + " is set, but " + Setting.S3_ENCRYPTION.key()
                    + " is not sse-kms: set it to sse-kms, or remove the key.");
        }
        return switch (wanted) {
            case "" -> Optional.empty();
            case "sse-s3" -> Optional.of(new ServerSideEncryptionInterceptor(ServerSideEncryption.AES256, null));
            case "sse-kms" ->
                Optional.of(new ServerSideEncryptionInterceptor(ServerSideEncryption.AWS_KMS, kmsKey.orElse(null)));
            default ->
                throw new SettingsException(Setting.S3_ENCRYPTION.key() + " is '" + wanted
                        + "': write sse-s3 or sse-kms, or leave it out.");
        };
    }

    @Override
    public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
        if (context.request() instanceof PutObjectRequest put) {
            return put.toBuilder()
                    .serverSideEncryption(encryption)
                    .ssekmsKeyId(kmsKey)
                    .build();
        }
        if (context.request() instanceof CreateMultipartUploadRequest create) {
            return create.toBuilder()
                    .serverSideEncryption(encryption)
                    .ssekmsKeyId(kmsKey)
                    .build();
        }
        return context.request();
    }
}
