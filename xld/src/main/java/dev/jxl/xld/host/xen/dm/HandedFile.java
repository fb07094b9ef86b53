package dev.jxl.xld.host.xen.dm;

import dev.jxl.xenctrl.libc.LibC;
import dev.jxl.xenctrl.libc.SystemCallFailed;
import dev.jxl.xld.api.ToolstackException.FileFailed;
import dev.jxl.xld.host.xen.qmp.QmpConnection;
import dev.jxl.xld.host.xen.qmp.QmpException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A file that is opened here and handed to a QEMU, which may be locked up and open none itself. For platform threads.
 *
 * @source QEMU: qapi/misc.json: add-fd, remove-fd; tools/libs/light/libxl_disk.c: cdrom_insert_ejected; libxl_qmp.c: dm_stopped
 */
final class HandedFile implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HandedFile.class.getName());

    private final int fd;
    private final boolean device;

    private HandedFile(int fd, boolean device) {
        this.fd = fd;
        this.device = device;
    }

    /** Opens it for reading. */
    static HandedFile open(Path file) {
        return open(file, LibC.O_RDONLY);
    }

    /** Makes it, or empties what is there, for writing. */
    static HandedFile make(Path file) {
        return open(file, LibC.O_WRONLY | LibC.O_CREAT | LibC.O_TRUNC);
    }

    private static HandedFile open(Path file, int flags) {
        try {
            int fd = LibC.open(file.toString(), flags);
            return new HandedFile(fd, !Files.isRegularFile(Path.of("/proc/self/fd/" + fd)));
        } catch (SystemCallFailed e) {
            throw new FileFailed("'" + file + "' cannot be opened: " + e.getMessage(), e);
        }
    }

    /**
     * A command about it, and its answer. What QEMU keeps of the file afterwards is what the command has made it open.
     *
     * @param qmp opened for files
     * @param arguments those beside {@code filename}
     */
    Object ask(QmpConnection qmp, String command, Map<String, ?> arguments) {
        long set = set(qmp.execute("add-fd", Map.of(), OptionalInt.of(fd)));
        Map<String, Object> all = new HashMap<>(arguments);
        // QEMU takes a name for that of a plain file, whatever is behind it, unless it says otherwise.
        all.put("filename", (device ? "host_device:" : "") + "/dev/fdset/" + set);
        try {
            return qmp.execute(command, all);
        } finally {
            remove(qmp, set);
        }
    }

    private static long set(Object answer) {
        if (answer instanceof Map<?, ?> map && map.get("fdset-id") instanceof Long set && set >= 0) {
            return set;
        }
        throw QmpException.strange("its answer to 'add-fd' is not what QEMU answers");
    }

    /** The command's answer is what counts, and the end of the conversation takes an unused file away too. */
    private static void remove(QmpConnection qmp, long set) {
        try {
            Object _ = qmp.execute("remove-fd", Map.of("fdset-id", set));
        } catch (QmpException e) {
            LOG.log(System.Logger.Level.DEBUG, "QEMU keeps its set " + set + " of handed files: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        LibC.close(fd);
    }
}
