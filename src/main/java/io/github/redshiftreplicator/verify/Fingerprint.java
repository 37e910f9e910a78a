package io.github.redshiftreplicator.verify;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Hashes rows of canonical texts: NULL, the empty text and the places of texts all count. Not thread-safe. */
final class Fingerprint {
    private final MessageDigest digest;
    private final ByteBuffer length = ByteBuffer.allocate(4);

    Fingerprint() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** The first 128 bits of the texts' hash. */
    record Hash(long high, long low) {}

    Hash of(String... texts) {
        for (String text : texts) {
            byte[] bytes = text == null ? null : text.getBytes(StandardCharsets.UTF_8);
            digest.update(length.putInt(0, bytes == null ? -1 : bytes.length).array());
            if (bytes != null) {
                digest.update(bytes);
            }
        }
        ByteBuffer hash = ByteBuffer.wrap(digest.digest());
        return new Hash(hash.getLong(), hash.getLong());
    }
}
