package dev.jxl.xld.host.xen;

import dev.jxl.xld.api.ToolstackException.BuildFailed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a bootloader says that it has found: items that end with NUL, each a word, blanks and a value. It has read a guest's disk, so
 * a file counts only where it was told to put files, and only when it is a plain one.
 *
 * @param kernel in the folder
 * @param ramdisk in the folder
 * @param arguments the kernel's
 * @source tools/libs/light/libxl_bootloader.c: parse_bootloader_result
 */
record BootloaderResult(Path kernel, Optional<Path> ramdisk, Optional<String> arguments) {
    private static final int LONGEST_ARGUMENTS = 4096;

    static BootloaderResult parse(byte[] bytes, int most, Path folder, String program) {
        if (bytes.length > most) {
            throw strange(program, "its result has more than " + most + " bytes");
        }
        Optional<Path> kernel = Optional.empty();
        Optional<Path> ramdisk = Optional.empty();
        Optional<String> arguments = Optional.empty();
        for (String item : new String(bytes, StandardCharsets.UTF_8).split("\0", -1)) {
            int blank = item.indexOf(' ');
            String value = blank < 0 ? "" : item.substring(blank).strip();
            switch (blank < 0 ? "" : item.substring(0, blank)) {
                case "kernel" -> kernel = Optional.of(file(value, folder, program));
                case "ramdisk" -> ramdisk = Optional.of(file(value, folder, program));
                case "args" -> arguments = Optional.of(arguments(value, program));
                default -> {}
            }
        }
        return new BootloaderResult(
                kernel.orElseThrow(() -> strange(program, "it has named no kernel")), ramdisk, arguments);
    }

    private static Path file(String text, Path folder, String program) {
        try {
            Path file = Path.of(text);
            if (file.equals(file.normalize())
                    && folder.equals(file.getParent())
                    && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                    && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && Integer.valueOf(1).equals(Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS))) {
                return file;
            }
        } catch (InvalidPathException | IOException e) {
            throw strange(program, "it has named a file by what is no path, or one that cannot be looked at");
        }
        throw strange(program, "it has named a file that is not a plain one in " + folder);
    }

    private static String arguments(String text, String program) {
        if (text.length() > LONGEST_ARGUMENTS || text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw strange(program, "the kernel's arguments that it has found are too long, or have control characters");
        }
        return text;
    }

    private static BuildFailed strange(String program, String reason) {
        return new BuildFailed("reading what the bootloader '" + program + "' has found", reason, null);
    }
}
