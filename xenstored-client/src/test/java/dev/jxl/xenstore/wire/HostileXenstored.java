package dev.jxl.xenstore.wire;

import dev.jxl.xenstore.wire.FakeXenstored.Script;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/** A xenstored that does whatever a test says. */
abstract class HostileXenstored {
    static final Duration PATIENT = Duration.ofMinutes(1);
    static final int READ = PacketType.READ.code();
    static final int ERROR = PacketType.ERROR.code();

    @TempDir
    Path directory;

    FakeXenstored fake(Script script) throws IOException {
        return new FakeXenstored(directory.resolve("socket"), script);
    }

    WireXenStore connect(Duration silenceLimit) throws IOException {
        return new WireXenStore(Endpoints.at(directory.resolve("socket")), silenceLimit);
    }
}
