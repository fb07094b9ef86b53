package dev.jxl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be seen of a host without jxld, on folders that look like one. */
class HostChecksTest {
    @TempDir
    private Path root;

    private Path socket;

    @BeforeEach
    void aHealthyDom0() throws IOException {
        socket = root.resolve("run/jxld/jxld.sock");
        write("sys/hypervisor/type", "xen");
        write("sys/hypervisor/version/major", "4");
        write("sys/hypervisor/version/minor", "20");
        write("proc/xen/capabilities", "control_d");
        write("dev/xen/privcmd", "");
        write("usr/lib/x86_64-linux-gnu/libxenctrl.so.4.20", "");
        write("proc/20/comm", "xenstored");
        write("proc/21/comm", "xenconsoled");
        Files.createDirectories(root.resolve("sys/class/net/xenbr0/bridge"));
        write("etc/group", "root:x:0:\njxl:x:990:alice");
        write("etc/passwd", "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/:/bin/sh\nbob:x:1001:1001::/:/bin/sh");
        write("proc/self/status", "Name:\tjava\nUid:\t1001\t1001\t1001\t1001\nGroups:\t1001 27 ");
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text + "\n");
    }

    private HostFinding only(boolean denied) {
        List<HostFinding> found = new HostChecks(root, socket).alone(denied);
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private List<String> codes() {
        return new HostChecks(root, socket)
                .alone(false).stream().map(HostFinding::code).toList();
    }

    @Test
    void jxldNotRunning_isToldFromAStaleSocket() throws IOException {
        assertThat(only(false).code()).isEqualTo("jxld-not-running");
        write("run/jxld/jxld.sock", "");
        assertThat(only(false).code()).isEqualTo("socket-stale");
        assertThat(only(false).advice()).contains("systemctl start jxld");
    }

    @Test
    void machineWithoutXen_isToldWithoutWhatFollowsFromIt() throws IOException {
        write("sys/hypervisor/type", "kvm");
        assertThat(codes()).containsExactly("not-on-xen", "jxld-not-running");
    }

    @Test
    void guestOfXen_isNoDom0() throws IOException {
        write("proc/xen/capabilities", "");
        assertThat(codes()).containsExactly("not-dom0", "jxld-not-running");
    }

    @Test
    void librariesOfAnotherXen_areNamed() throws IOException {
        write("sys/hypervisor/version/minor", "19");
        HostFinding finding = new HostChecks(root, socket).alone(false).getFirst();
        assertThat(finding.code()).isEqualTo("xen-libraries-mismatch");
        assertThat(finding.meaning()).contains("Xen 4.19 runs").contains("libxenctrl.so.4.20");
        assertThat(finding.advice()).contains("reboot").contains("libxenmisc4.19");
    }

    @Test
    void xenThatJxlDoesNotKnow_isTold() throws IOException {
        write("sys/hypervisor/version/minor", "16");
        assertThat(codes()).containsExactly("xen-version-unknown", "jxld-not-running");
    }

    @Test
    void daemonsAndBridgesThatAreMissing_areTold() throws IOException {
        Files.delete(root.resolve("proc/20/comm"));
        Files.delete(root.resolve("proc/21/comm"));
        Files.delete(root.resolve("sys/class/net/xenbr0/bridge"));
        assertThat(codes())
                .containsExactly("xenstored-not-running", "xenconsoled-not-running", "no-bridge", "jxld-not-running");
    }

    @Test
    void userWhoMayNot_isToldHowToBeAllowed() throws IOException {
        assertThat(only(true).code()).isEqualTo("user-not-in-group");
        assertThat(only(true).advice()).contains("usermod -aG jxl bob");
        write("etc/group", "jxl:x:990:alice,bob");
        assertThat(only(true).advice()).isEqualTo("log in again");
        write("proc/self/status", "Uid:\t1001\t1001\nGroups:\t1001 990");
        assertThat(only(true).code()).isEqualTo("socket-group");
        write("etc/group", "root:x:0:");
        assertThat(new HostChecks(root, socket).alone(true))
                .extracting(HostFinding::code)
                .containsExactly("group-missing", "user-not-in-group");
    }

    @Test
    void jxldOlderThanItsFiles_isToBeRestarted() throws IOException {
        write("usr/share/jxl/lib/xld.jar", "");
        write("run/jxld/jxld.sock", "");
        write("proc/30/cmdline", "java\0-cp\0/usr/share/jxl/lib/xld.jar\0dev.jxl.xld.Main\0--host=xen");
        write("proc/stat", "cpu 1 2\nbtime 1000000000");
        write("proc/30/stat", "30 (jx) ld) S 1" + " 0".repeat(17) + " 4200 0 0");
        assertThat(new HostChecks(root, socket).beside())
                .extracting(HostFinding::code)
                .contains("jxld-outdated");
        write("proc/stat", "cpu 1 2\nbtime 4000000000");
        assertThat(new HostChecks(root, socket).beside())
                .extracting(HostFinding::code)
                .doesNotContain("jxld-outdated");
    }
}
