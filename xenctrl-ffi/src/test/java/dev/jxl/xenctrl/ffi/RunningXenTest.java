package dev.jxl.xenctrl.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.xenctrl.XenControlException.NotADom0;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningXenTest {
    @TempDir
    Path root;

    @Test
    void dom0_saysItsVersion() throws IOException {
        dom0();
        assertThat(RunningXen.minor(root)).isEqualTo(20);
    }

    @Test
    void machineWithoutXen_isToldSoAndWhatElseToDo() {
        assertThatThrownBy(() -> RunningXen.minor(root))
                .isInstanceOf(NotADom0.class)
                .hasMessageContaining("this machine is not a Xen dom0")
                .hasMessageContaining("--host=sim");
    }

    @Test
    void missingDevice_isNamed() throws IOException {
        dom0();
        Files.delete(root.resolve("dev/xen/privcmd"));
        assertThatThrownBy(() -> RunningXen.minor(root)).hasMessageContaining("/dev/xen/privcmd");
    }

    @Test
    void guest_isNoDom0() throws IOException {
        dom0();
        write("proc/xen/capabilities", "");
        assertThatThrownBy(() -> RunningXen.minor(root)).hasMessageContaining("control_d");
    }

    @Test
    void otherMajorVersion_isRefused() throws IOException {
        dom0();
        write("sys/hypervisor/version/major", "5");
        assertThatThrownBy(() -> RunningXen.minor(root)).hasMessageContaining("5.20");
    }

    private void dom0() throws IOException {
        write("sys/hypervisor/type", "xen\n");
        write("sys/hypervisor/version/major", "4\n");
        write("sys/hypervisor/version/minor", "20\n");
        write("proc/xen/capabilities", "control_d\n");
        write("dev/xen/privcmd", "");
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
