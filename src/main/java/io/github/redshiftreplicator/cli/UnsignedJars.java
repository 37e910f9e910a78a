package io.github.redshiftreplicator.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Copies signed jars without their signatures, for {@code bin/replicator}: Java keeps no class of a signed jar in its archive,
 * and checks each one as it is loaded, which nobody asked for on a class path. Redshift's driver is one.
 */
public final class UnsignedJars {
    private static final Pattern SIGNATURE =
            Pattern.compile("META-INF/[^/]*\\.(SF|RSA|DSA|EC)", Pattern.CASE_INSENSITIVE);

    private UnsignedJars() {}

    /** Copies from the first folder into the second, which must be there. */
    public static void main(String[] arguments) throws IOException {
        copy(Path.of(arguments[0]), Path.of(arguments[1]));
    }

    static void copy(Path from, Path to) throws IOException {
        List<Path> jars;
        try (Stream<Path> files = Files.list(from)) {
            jars = files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
        for (Path file : jars) {
            try (JarFile jar = new JarFile(file.toFile(), false)) {
                if (jar.stream().anyMatch(UnsignedJars::isSignature)) {
                    copy(jar, to.resolve(file.getFileName()));
                }
            }
        }
    }

    private static void copy(JarFile jar, Path to) throws IOException {
        Manifest manifest = jar.getManifest();
        manifest.getEntries().clear();
        try (OutputStream file = Files.newOutputStream(to);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
                JarEntry entry = entries.nextElement();
                if (!isSignature(entry) && !entry.getName().equalsIgnoreCase(JarFile.MANIFEST_NAME)) {
                    out.putNextEntry(new JarEntry(entry.getName()));
                    try (InputStream in = jar.getInputStream(entry)) {
                        in.transferTo(out);
                    }
                    out.closeEntry();
                }
            }
        }
    }

    private static boolean isSignature(JarEntry entry) {
        return SIGNATURE.matcher(entry.getName()).matches();
    }
}
