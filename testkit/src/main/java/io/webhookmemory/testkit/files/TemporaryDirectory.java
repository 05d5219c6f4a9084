package io.webhookmemory.testkit.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Directories for data that nobody needs afterwards. They lie in the directory that the system property
 * {@code embedded.directory} names, where it is there and has room: tests name a RAM disk, as a broker makes hundreds of
 * files and waits for each to be on disk. Otherwise they lie where temporary files do.
 */
public final class TemporaryDirectory {
    private static final String PREFERRED = System.getProperty("embedded.directory", "");
    /** A container's RAM disk has 64 MiB unless it was given more. */
    private static final long LEAST_ROOM_BYTES = 1L << 30;

    private TemporaryDirectory() {}

    public static Path create(String prefix) {
        try {
            return hasRoom(PREFERRED)
                    ? Files.createTempDirectory(Path.of(PREFERRED), prefix)
                    : Files.createTempDirectory(prefix);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean hasRoom(String directory) throws IOException {
        Path path = Path.of(directory);
        return !directory.isEmpty()
                && Files.isDirectory(path)
                && Files.isWritable(path)
                && Files.getFileStore(path).getUsableSpace() >= LEAST_ROOM_BYTES;
    }
}
