package dev.jxl.xld.host.xen;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** A folder of sysfs in which each file holds one number. */
final class Counters {
    private static final int MOST = 64;

    private Counters() {}

    /** The numbers by the names of their files; empty when the folder is not there. A file that holds no number is left out. */
    static Map<String, Long> read(Path folder) {
        Map<String, Long> out = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String text = Files.readString(file).strip();
                if (out.size() < MOST && text.matches("[0-9]{1,18}")) {
                    out.put(file.getFileName().toString(), Long.parseLong(text));
                }
            }
        } catch (IOException gone) {
            return Map.of();
        }
        return out;
    }
}
