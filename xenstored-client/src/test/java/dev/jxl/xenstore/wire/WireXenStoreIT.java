package dev.jxl.xenstore.wire;

import dev.jxl.xenstore.RealXenstored;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xenstore.XenStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract on the real C xenstored, over its socket. */
class WireXenStoreIT extends XenStoreContract {
    @TempDir
    static Path directory;

    private static RealXenstored xenstored;

    @BeforeAll
    static void start() throws Exception {
        xenstored = RealXenstored.start(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        if (xenstored != null) {
            xenstored.close();
        }
    }

    @Override
    public XenStore connect() {
        return WireXenStore.connect(xenstored.socket());
    }
}
