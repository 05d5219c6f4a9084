package io.webhookmemory.testkit.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Creates directories for temporary data. The parent is the directory in the system property {@code embedded.directory} if
 * it exists and has free space, and the default directory for temporary files otherwise. Tests set a RAM disk, since a
 * broker creates hundreds of files and waits for each to be on disk.
 */
public final class TemporaryDirectory {
    private static final String PREFERRED = System.getProperty("embedded.directory", "");
    /** The default RAM disk of a container has only 64 MiB. */
    private static final long MIN_FREE_BYTES = 1L << 30;

    private TemporaryDirectory() {}

    public static Path create(String prefix) {
        try {
            return hasFreeSpace(PREFERRED)
                    ? Files.createTempDirectory(Path.of(PREFERRED), prefix)
                    : Files.createTempDirectory(prefix);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean hasFreeSpace(String directory) throws IOException {
        Path path = Path.of(directory);
        return !directory.isEmpty()
                && Files.isDirectory(path)
                && Files.isWritable(path)
                && Files.getFileStore(path).getUsableSpace() >= MIN_FREE_BYTES;
    }
}
