package dev.jxl.xenctrl.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Xen's packages on this machine: found, or the test fails and names what to install. */
final class InstalledXen {
    private InstalledXen() {}

    /** The N of the installed libxenctrl.so.4.N. */
    static int minor() {
        return IntStream.rangeClosed(AbiTable.OLDEST, AbiTable.NEWEST)
                .filter(n -> List.of("/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib").stream()
                        .anyMatch(folder -> Files.exists(Path.of(folder, "libxenctrl.so.4." + n))))
                .findFirst()
                .orElseGet(() -> fail("libxenctrl.so.4.N is not installed: see src/test/packages.txt"
                        + " (Debian 12: apt-get install libxenmisc4.17 libxenstore4; Debian 13: libxenmisc4.20)"));
    }

    /** Has the C compiler work with Xen's headers; its words are the failure. */
    static void compile(Path folder, String... arguments) throws IOException, InterruptedException {
        if (!Files.exists(Path.of("/usr/include/xenctrl.h"))) {
            fail("Xen's headers are missing: apt-get install libxen-dev (see src/test/packages.txt)");
        }
        List<String> command = new ArrayList<>(List.of("gcc", "-std=gnu11", "-Wall", "-Werror"));
        command.addAll(List.of(arguments));
        run(folder, command);
    }

    /** Runs a command that must succeed; gives what it wrote. */
    static String run(Path folder, List<String> command) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
        } catch (IOException e) {
            return fail(command.getFirst() + " is not installed (see src/test/packages.txt)", e);
        }
        int status = process.waitFor();
        String text = Files.readString(out);
        assertThat(status).as("%s: %s", command, text).isZero();
        return text;
    }
}
