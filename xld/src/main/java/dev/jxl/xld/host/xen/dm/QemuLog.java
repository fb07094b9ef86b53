package dev.jxl.xld.host.xen.dm;

import dev.jxl.xld.host.Printable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** What device models print: {@code qemu-dm-NAME.log} in xl's folder, the ten before it beside it. */
final class QemuLog {
    private static final int KEPT = 10;
    private static final int TAIL_BYTES = 4096;
    private static final int TAIL_LINES = 10;
    private static final int LONGEST_LINE = 300;

    private final Path folder;

    QemuLog(Path folder) {
        this.folder = folder;
    }

    Path file(String name) {
        // A domain's name has no '/', but what a process's arguments say is not a domain's name yet.
        return folder.resolve("qemu-dm-" + name.replace('/', '_') + ".log");
    }

    /**
     * Moves the logs of a name's earlier device models aside.
     *
     * @source tools/libs/light/libxl_utils.c: libxl_create_logfile
     */
    Path fresh(String name) throws IOException {
        Files.createDirectories(folder);
        Path current = file(name);
        if (Files.exists(current)) {
            for (int i = KEPT - 1; i >= 1; i--) {
                Path old = Path.of(current + "." + i);
                if (Files.exists(old)) {
                    Files.move(old, Path.of(current + "." + (i + 1)), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            Files.move(current, Path.of(current + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
        return current;
    }

    /** The end of the current log, fit to be shown: what a QEMU prints may be a guest's text. */
    String lastWords(String name) {
        try (RandomAccessFile file = new RandomAccessFile(file(name).toFile(), "r")) {
            long start = Math.max(0, file.length() - TAIL_BYTES);
            file.seek(start);
            byte[] bytes = new byte[TAIL_BYTES];
            int count = Math.max(0, file.read(bytes));
            List<String> lines = new String(bytes, 0, count, StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> Printable.line(line, LONGEST_LINE))
                    .filter(line -> !line.isBlank())
                    .toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException none) {
            return "";
        }
    }
}
