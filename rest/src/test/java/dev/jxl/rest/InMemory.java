package dev.jxl.rest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/** Folders in memory where there is enough of it: for thousands of commits that otherwise wait for a disk each. */
final class InMemory implements TempDirFactory {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final long ENOUGH = 2L << 30;

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws IOException {
        boolean enough = Files.isWritable(MEMORY) && MEMORY.toFile().getUsableSpace() > ENOUGH;
        return Files.createTempDirectory(enough ? MEMORY : Path.of(System.getProperty("java.io.tmpdir")), "jxl-test-");
    }
}
