package dev.jxl.xenctrl.libc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.xenctrl.ffi.GuardLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The structs about sockets, read and written by C with the installed headers. */
@Timeout(120)
class SocketStructsIT {
    @TempDir
    static Path folder;

    private static GuardLibrary c;

    @BeforeAll
    static void compile() throws Exception {
        c = GuardLibrary.compile(folder);
    }

    @Test
    void everyStruct_isAsLongAsCThinks() throws Throwable {
        Map<String, StructLayout> structs = Map.of(
                "sockaddr_un", SocketStructs.SOCKADDR_UN,
                "iovec", SocketStructs.IOVEC,
                "msghdr", SocketStructs.MSGHDR,
                "cmsg_of_one_file", SocketStructs.CMSG_OF_ONE_FILE,
                "timeval", SocketStructs.TIMEVAL);
        for (Map.Entry<String, StructLayout> struct : structs.entrySet()) {
            long size = struct.getValue().byteSize();
            assertThat(c.overwritten(struct.getKey(), size)).as(struct.getKey()).isEqualTo(size);
        }
    }

    @Test
    void messageWithAFile_isReadByCAsJavaWroteIt() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = c.flush(SocketStructs.MSGHDR.byteSize());
            MemorySegment bytes =
                    arena.allocate(2).copyFrom(MemorySegment.ofArray("ab".getBytes(StandardCharsets.US_ASCII)));
            SocketStructs.fillMessage(message, c.flush(SocketStructs.IOVEC.byteSize()), bytes);
            SocketStructs.addFile(message, c.flush(SocketStructs.CMSG_OF_ONE_FILE.byteSize()), 7);

            assertThat(c.complaint("check_message", message)).isEmpty();
        }
    }

    @Test
    void addressAndTime_areReadByCAsJavaWroteThem() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            assertThat(c.complaint("check_address", SocketStructs.address(arena, Path.of("/run/some"))))
                    .isEmpty();
            assertThat(c.complaint("check_time", SocketStructs.duration(arena, Duration.ofMillis(2500))))
                    .isEmpty();
        }
    }
}
