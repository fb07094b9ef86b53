package dev.jxl.xenctrl.ffi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Net 1: the committed table is what the installed headers say. */
@Timeout(60)
class ProbeIT {
    @TempDir
    Path folder;

    @Test
    void committedTable_isWhatTheHeadersSay() throws Exception {
        int minor = InstalledXen.minor();
        Path probe = folder.resolve("probe");
        InstalledXen.compile(
                folder, "-DMINOR=" + minor, "-DSOURCE=\"this test\"", "-o", probe.toString(), "abi/probe.c");

        AbiTable measured = AbiTable.parse(InstalledXen.run(folder, List.of(probe.toString())));
        AbiTable committed = AbiTable.of(minor);

        assertThat(measured.structs()).isEqualTo(committed.structs());
        assertThat(measured.constants()).isEqualTo(committed.constants());
    }
}
