package io.webhookmemory.testing;

import io.webhookmemory.embedded.TemporaryDirectory;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/** Puts {@code @TempDir} where the brokers' data is; {@code junit-platform.properties} names it. */
public final class RamTempDirFactory implements TempDirFactory {
    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) {
        return TemporaryDirectory.create("junit-");
    }
}
