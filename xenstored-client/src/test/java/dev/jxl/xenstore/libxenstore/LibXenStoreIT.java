package dev.jxl.xenstore.libxenstore;

import dev.jxl.xenstore.RealXenstored;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xenstore.XenStoreContract;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * The contract on the real C xenstored, by Xen's C library. The library looks for the socket where XENSTORED_PATH says,
 * which the build sets for this JVM, so the daemon is started there.
 */
class LibXenStoreIT extends XenStoreContract {
    private static RealXenstored xenstored;

    @BeforeAll
    static void start() throws Exception {
        String path = System.getenv("XENSTORED_PATH");
        if (path == null) {
            throw new AssertionError("run this by mvn verify: it sets XENSTORED_PATH to a socket below target/");
        }
        Path directory = Path.of(path).getParent();
        xenstored = RealXenstored.start(Files.createDirectories(directory));
    }

    @AfterAll
    static void stop() throws Exception {
        if (xenstored != null) {
            xenstored.close();
        }
    }

    @Override
    public XenStore connect() {
        return LibXenStore.connect();
    }
}
