package io.github.redshiftreplicator.sandbox;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The objects that one COPY reads, with the permissions it names. */
final class S3Objects implements AutoCloseable {

    /** The sandbox's S3 and the role that may read it. */
    record Access(URI endpoint, String region, String accessKey, String secretKey, String role) {}

    /** An object to load. */
    record Entry(String bucket, String key, boolean mandatory, Long length) {
        String url() {
            return "s3://" + bucket + "/" + key;
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    private static final int BUFFER = 256 * 1024;

    private final CopyStatement copy;
    private final S3Client client;

    S3Objects(CopyStatement copy, Access access) {
        this.copy = copy;
        if (copy.region() != null && !copy.region().equals(access.region())) {
            throw failure(
                    "The bucket you are attempting to access must be addressed using the specified endpoint."
                            + " Please send all future requests to this endpoint.",
                    301,
                    "PermanentRedirect");
        }
        client = S3Client.builder()
                .endpointOverride(access.endpoint())
                .region(Region.of(access.region()))
                .forcePathStyle(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .credentialsProvider(StaticCredentialsProvider.create(credentials(copy.authorization(), access)))
                .build();
    }

    private static AwsCredentials credentials(CopyStatement.Authorization given, Access access) {
        if (given.role() != null) {
            if (!given.role().equals(access.role()) && !given.role().equals("default")) {
                throw failure("User is not authorized to assume IAM Role " + given.role(), 403, "AccessDenied");
            }
            return AwsBasicCredentials.create(access.accessKey(), access.secretKey());
        }
        return given.sessionToken() == null
                ? AwsBasicCredentials.create(given.accessKey(), given.secretKey())
                : AwsSessionCredentials.create(given.accessKey(), given.secretKey(), given.sessionToken());
    }

    /** The objects to load, in order. */
    List<Entry> entries() {
        List<Entry> entries = copy.manifest() ? manifest() : prefix();
        if (entries.isEmpty()) {
            throw new SqlError(SqlError.INTERNAL, "The specified S3 prefix '" + copy.key() + "' does not exist");
        }
        return entries;
    }

    private List<Entry> prefix() {
        List<Entry> entries = new ArrayList<>();
        try {
            client.listObjectsV2Paginator(r -> r.bucket(copy.bucket()).prefix(copy.key())).contents().stream()
                    .filter(object -> !object.key().endsWith("/"))
                    .map(S3Object::key)
                    .forEach(key -> entries.add(new Entry(copy.bucket(), key, true, null)));
        } catch (SdkException e) {
            throw failure(e);
        }
        return entries;
    }

    /** Amazon Redshift Database Developer Guide, "Using a manifest to specify data files". */
    private List<Entry> manifest() {
        JsonNode json;
        try (InputStream in = get(new Entry(copy.bucket(), copy.key(), true, null))) {
            json = JSON.readTree(in);
        } catch (IOException e) {
            String reason = e instanceof JsonProcessingException j ? j.getOriginalMessage() : e.getMessage();
            throw invalidManifest("is not valid JSON: " + reason);
        }
        if (json == null || !json.isObject() || !json.path("entries").isArray()) {
            throw invalidManifest("must be an object with an array \"entries\"");
        }
        refuseOthers(json, List.of("entries", "schema", "meta"));
        List<Entry> entries = new ArrayList<>();
        for (JsonNode entry : json.path("entries")) {
            entries.add(entry(entry));
        }
        return entries;
    }

    private Entry entry(JsonNode entry) {
        if (!entry.path("url").isTextual()) {
            throw invalidManifest("every entry needs a \"url\"");
        }
        refuseOthers(entry, List.of("url", "mandatory", "meta"));
        String url = entry.path("url").textValue();
        int slash = url.indexOf('/', 5);
        if (!url.startsWith("s3://") || slash < 0 || slash == url.length() - 1) {
            throw new SqlError(
                    SqlError.INTERNAL,
                    "COPY with MANIFEST parameter requires full path of an S3 object.",
                    "error:  COPY with MANIFEST parameter requires full path of an S3 object.\ncode:      8001\ncontext:   "
                            + url,
                    null);
        }
        JsonNode mandatory = entry.path("mandatory");
        if (!mandatory.isMissingNode() && !mandatory.isBoolean()) {
            throw invalidManifest("\"mandatory\" must be true or false");
        }
        JsonNode length = entry.path("meta").path("content_length");
        if (!length.isMissingNode() && !length.isIntegralNumber()) {
            throw invalidManifest("\"content_length\" must be a number");
        }
        return new Entry(
                url.substring(5, slash),
                url.substring(slash + 1),
                mandatory.asBoolean(false),
                length.isMissingNode() ? null : length.longValue());
    }

    private void refuseOthers(JsonNode node, List<String> known) {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!known.contains(field.getKey())) {
                throw invalidManifest("unknown name \"" + field.getKey() + "\"");
            }
        }
    }

    private SqlError invalidManifest(String reason) {
        return new SqlError(SqlError.INTERNAL, "Manifest file is invalid: " + copy.url() + " " + reason);
    }

    /** The object's bytes, decompressed; null if it does not exist and is not mandatory. */
    InputStream open(Entry entry) throws IOException {
        InputStream raw = get(entry);
        if (raw == null) {
            return null;
        }
        BufferedInputStream in = new BufferedInputStream(raw, BUFFER);
        Function<Exception, SqlError> damaged = e -> new SqlError(
                SqlError.INTERNAL, "Failed to decompress S3 object: " + entry.url() + ": " + e.getMessage());
        try {
            return new Guarded(decompress(in, entry), damaged);
        } catch (IOException e) {
            in.close();
            throw damaged.apply(e);
        } catch (SqlError e) {
            in.close();
            throw e;
        }
    }

    /** Fails as a statement does: an IOException would be taken for the end of the client's connection. */
    private static final class Guarded extends FilterInputStream {
        private final Function<Exception, SqlError> error;

        Guarded(InputStream in, Function<Exception, SqlError> error) {
            super(in);
            this.error = error;
        }

        @Override
        public int read() {
            try {
                return in.read();
            } catch (IOException | SdkException e) {
                throw error.apply(e);
            }
        }

        @Override
        public int read(byte[] bytes, int from, int length) {
            try {
                return in.read(bytes, from, length);
            } catch (IOException | SdkException e) {
                throw error.apply(e);
            }
        }
    }

    private InputStream decompress(BufferedInputStream in, Entry entry) throws IOException {
        in.mark(4);
        byte[] magic = in.readNBytes(4);
        in.reset();
        boolean empty = magic.length == 0;
        return switch (copy.compression()) {
            case NONE -> {
                yield in;
            }
            case GZIP -> {
                if (!empty && !starts(magic, 0x1f, 0x8b)) {
                    throw corrupt(entry, "gzip");
                }
                yield empty ? in : new GZIPInputStream(in, BUFFER);
            }
            case BZIP2 -> {
                if (!empty && !starts(magic, 'B', 'Z', 'h')) {
                    throw corrupt(entry, "bzip2");
                }
                yield empty ? in : new BZip2CompressorInputStream(in, true);
            }
            case ZSTD -> {
                if (!empty && !starts(magic, 0x28, 0xb5, 0x2f, 0xfd)) {
                    throw corrupt(entry, "zstd");
                }
                yield empty ? in : new com.github.luben.zstd.ZstdInputStream(in).setContinuous(false);
            }
            case LZOP -> throw SqlError.unsupported("LZOP is not supported by the sandbox");
        };
    }

    private static SqlError corrupt(Entry entry, String format) {
        return new SqlError(
                SqlError.INTERNAL,
                "Failed to decompress S3 object: " + entry.url() + " is not a valid " + format + " file");
    }

    private static boolean starts(byte[] magic, int... expected) {
        for (int i = 0; i < expected.length; i++) {
            if (i >= magic.length || (magic[i] & 0xff) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    private InputStream get(Entry entry) {
        try {
            var response = client.getObject(r -> r.bucket(entry.bucket()).key(entry.key()));
            long length = response.response().contentLength();
            if (entry.length() != null && entry.length() != length) {
                response.abort();
                throw new SqlError(
                        SqlError.INTERNAL,
                        "File size mismatch: " + entry.url() + " has " + length + " bytes, the manifest says "
                                + entry.length());
            }
            return new Guarded(response, e -> new SqlError(SqlError.INTERNAL, "S3CurlException: " + e.getMessage()));
        } catch (NoSuchKeyException e) {
            if (!entry.mandatory()) {
                return null;
            }
            throw new SqlError(
                    SqlError.INTERNAL,
                    "S3ServiceException:The specified key does not exist.,Status 404,Error NoSuchKey,Rid sandbox,CanRetry 1",
                    "error:  Mandatory url is not present in manifest file or S3: " + entry.url() + "\ncode:      8001",
                    null);
        } catch (SdkException e) {
            throw failure(e);
        }
    }

    private static SqlError failure(SdkException e) {
        if (e instanceof S3Exception s3 && s3.awsErrorDetails() != null) {
            return failure(
                    s3.awsErrorDetails().errorMessage(),
                    s3.statusCode(),
                    s3.awsErrorDetails().errorCode());
        }
        return new SqlError(SqlError.INTERNAL, "S3CurlException: " + e.getMessage());
    }

    private static SqlError failure(String message, int status, String code) {
        String text =
                "S3ServiceException:" + message + ",Status " + status + ",Error " + code + ",Rid sandbox,CanRetry 1";
        return new SqlError(SqlError.INTERNAL, text, "error:  " + text + "\ncode:      8001", null);
    }

    @Override
    public void close() {
        client.close();
    }
}
