package dev.jxl.xenctrl.ffi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.xenctrl.LibxcLog;
import dev.jxl.xenctrl.StreamCalls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A restore's arguments as C sees them, for each Xen: C of our own stands for the libraries that are not installed. */
@Timeout(60)
class RestoreCallIT {
    @TempDir
    Path folder;

    @AfterEach
    void useTheInstalledLibraries() {
        System.clearProperty(NativeLibraries.FOLDER_PROPERTY);
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 21, 22})
    void arguments_areWhatThisXenDeclares(int minor) throws Exception {
        for (Library library : List.of(Library.XENCTRL, Library.XENGUEST)) {
            String file = folder.resolve(library.fileName(minor)).toString();
            InstalledXen.compile(folder, "-DMINOR=" + minor, "-shared", "-fPIC", "-o", file, "src/test/c/restore.c");
        }
        System.setProperty(NativeLibraries.FOLDER_PROPERTY, folder.toString());
        List<Boolean> told = new ArrayList<>();
        LibxcLog silent = (level, operation, context, text) -> {};

        try (NativeLanes lanes = NativeLanes.of(new NativeLibraries(minor), AbiTable.of(minor), silent, 0)) {
            StreamCalls.Restored restored =
                    new XcStreams(lanes).restore(12, 11, new StreamCalls.Channels(13, 14, 15, 16), told::add);

            assertThat(restored).isEqualTo(new StreamCalls.Restored(0x1_0000_0000L + minor, 0x2_0000_0000L + minor));
            assertThat(told).containsExactly(false);
        }
    }
}
