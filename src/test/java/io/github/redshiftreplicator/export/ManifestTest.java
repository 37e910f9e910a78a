package io.github.redshiftreplicator.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.redshiftreplicator.table.Part;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A manifest names exactly the parts, each mandatory, and is read back as written. */
class ManifestTest {
    @Test
    void aManifestNamesItsPartsInOrder() {
        Manifest manifest =
                Manifest.of("bucket", List.of(new Part("users/2.csv.gz", 10, 1), new Part("users/1.csv.gz", 20, 2)));
        assertThat(manifest.toJson())
                .isEqualTo("{\"entries\":[{\"url\":\"s3://bucket/users/1.csv.gz\",\"mandatory\":true},"
                        + "{\"url\":\"s3://bucket/users/2.csv.gz\",\"mandatory\":true}]}");
    }

    @Test
    void aManifestIsReadBackAsWritten() {
        Manifest manifest = Manifest.of("b", List.of(new Part("a \"quoted\" \\ ü/key", 10, 1)));
        assertThat(Manifest.parse(manifest.toJson())).isEqualTo(manifest);
        assertThat(manifest.entries().get(0).bucket()).isEqualTo("b");
        assertThat(manifest.entries().get(0).key()).isEqualTo("a \"quoted\" \\ ü/key");
    }

    @Test
    void aManifestOfUnloadIsReadToo() {
        Manifest manifest =
                Manifest.parse("{\"entries\":[{\"url\":\"s3://b/k\",\"meta\":{\"content_length\":42}}],\"schema\":{}}");
        assertThat(manifest.entries().get(0).contentLength()).hasValue(42);
        assertThat(manifest.entries().get(0).mandatory()).isFalse();
        assertThat(Manifest.parse(manifest.toJson())).isEqualTo(manifest);
    }

    @Test
    void otherTextIsRefused() {
        for (String text :
                List.of("", "[]", "{}", "{\"entries\":[{}]}", "{\"entries\":[{\"url\":\"file:x\"}]}", "<xml/>")) {
            assertThatThrownBy(() -> Manifest.parse(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
