package dev.jxl.xenctrl.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.xenctrl.CpuPolicyCalls;
import dev.jxl.xenctrl.Errno;
import dev.jxl.xenctrl.XenControlException.HypercallFailed;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** CPU policies as C has them; C of our own stands for the libraries. */
@Timeout(60)
class CpuPolicyCallIT {
    private static final int MINOR = AbiTable.OLDEST;

    @TempDir
    Path folder;

    @BeforeEach
    void useOurOwnLibraries() throws Exception {
        for (Library library : List.of(Library.XENCTRL, Library.XENGUEST)) {
            String file = folder.resolve(library.fileName(MINOR)).toString();
            InstalledXen.compile(folder, "-DMINOR=" + MINOR, "-shared", "-fPIC", "-o", file, "src/test/c/restore.c");
        }
        System.setProperty(NativeLibraries.FOLDER_PROPERTY, folder.toString());
    }

    @AfterEach
    void useTheInstalledLibraries() {
        System.clearProperty(NativeLibraries.FOLDER_PROPERTY);
    }

    private static NativeLanes lanes() {
        return NativeLanes.of(
                new NativeLibraries(MINOR), AbiTable.of(MINOR), (level, operation, context, text) -> {}, 0);
    }

    @Test
    void policies_areReadAsCWroteThem() {
        try (NativeLanes lanes = lanes()) {
            XcCpuPolicies calls = new XcCpuPolicies(lanes);

            assertThat(calls.ofDomain(7))
                    .isEqualTo(new CpuPolicyCalls.Policy(
                            List.of(
                                    new CpuPolicyCalls.Leaf(0, -1, 7, 2, 3, 4),
                                    new CpuPolicyCalls.Leaf(0x80000001, 5, 6, 7, 8, -1)),
                            List.of(new CpuPolicyCalls.Msr(0x10a, -2))));
            assertThat(calls.most(true).leaves().getFirst().eax()).isEqualTo(103);
            assertThat(calls.most(false).leaves().getFirst().eax()).isEqualTo(102);
        }
    }

    @Test
    void domainThatIsNotThere_isSaid() {
        try (NativeLanes lanes = lanes()) {
            assertThatThrownBy(() -> new XcCpuPolicies(lanes).ofDomain(8))
                    .isInstanceOfSatisfying(
                            HypercallFailed.class, e -> assertThat(e.errno()).isEqualTo(Errno.ESRCH));
        }
    }
}
