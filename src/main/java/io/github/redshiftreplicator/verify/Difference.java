package io.github.redshiftreplicator.verify;

/**
 * One key by which a target differs from its source.
 *
 * @param key the key's columns and values, as an operator writes them: {@code id=5, region=eu}
 * @param what what is wrong with it: {@code is missing in the target}
 */
public record Difference(String key, String what) {
    @Override
    public String toString() {
        return key + " " + what;
    }
}
