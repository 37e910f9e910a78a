package io.github.redshiftreplicator.export;

import io.github.redshiftreplicator.table.Part;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.camel.util.json.DeserializationException;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;
import org.apache.camel.util.json.Jsoner;

/**
 * The list of a replication's parts that COPY loads, exactly these ("Using a manifest to specify data files" in
 * Redshift's documentation). Immutable.
 *
 * <p>{@code mandatory} is written, for it defaults to false. The size of a file is not: the documentation asks for
 * {@code content_length} with ORC and Parquet only, and says of COPY that it requires only {@code url}.
 *
 * @param entries sorted by URL
 */
public record Manifest(List<Entry> entries) {
    /**
     * One file.
     *
     * @param url {@code s3://bucket/key}, the whole key
     * @param mandatory whether COPY fails if it is missing
     * @param contentLength its size, where the manifest tells
     */
    public record Entry(String url, boolean mandatory, OptionalLong contentLength) {
        /** The bucket in its URL. */
        public String bucket() {
            return url.substring(SCHEME.length(), url.indexOf('/', SCHEME.length()));
        }

        /** The key in its URL. */
        public String key() {
            return url.substring(url.indexOf('/', SCHEME.length()) + 1);
        }
    }

    private static final String SCHEME = "s3://";

    public Manifest {
        entries = entries.stream().sorted(Comparator.comparing(Entry::url)).toList();
    }

    /** The manifest of parts that lie in one bucket. */
    public static Manifest of(String bucket, List<Part> parts) {
        return new Manifest(parts.stream()
                .map(part -> new Entry(SCHEME + bucket + "/" + part.key(), true, OptionalLong.empty()))
                .toList());
    }

    /** The text of the manifest file. */
    public String toJson() {
        JsonArray array = new JsonArray();
        for (Entry entry : entries) {
            JsonObject object = new JsonObject();
            object.put("url", entry.url());
            object.put("mandatory", entry.mandatory());
            entry.contentLength()
                    .ifPresent(length -> object.put("meta", new JsonObject(Map.of("content_length", length))));
            array.add(object);
        }
        JsonObject manifest = new JsonObject();
        manifest.put("entries", array);
        // The library escapes slashes, which JSON allows but no manifest in the documentation does.
        return manifest.toJson().replace("\\/", "/");
    }

    /**
     * Reads a manifest file.
     *
     * @throws IllegalArgumentException if the text is no manifest
     */
    public static Manifest parse(String json) {
        try {
            JsonObject manifest = (JsonObject) Jsoner.deserialize(json);
            JsonArray entries = (JsonArray) manifest.get("entries");
            return new Manifest(
                    entries.stream().map(entry -> entry((JsonObject) entry)).toList());
        } catch (DeserializationException | ClassCastException | NullPointerException e) {
            throw new IllegalArgumentException("The text is no manifest of COPY: " + abbreviated(json), e);
        }
    }

    private static Entry entry(JsonObject object) {
        String url = object.getString("url");
        if (!url.startsWith(SCHEME) || url.indexOf('/', SCHEME.length()) < 0) {
            throw new IllegalArgumentException("A manifest's entry names no object in S3: " + url);
        }
        JsonObject meta = (JsonObject) object.get("meta");
        return new Entry(
                url,
                Boolean.TRUE.equals(object.get("mandatory")),
                meta == null ? OptionalLong.empty() : OptionalLong.of(meta.getLong("content_length")));
    }

    private static String abbreviated(String text) {
        return text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }
}
