package dev.jxl.xenctrl.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.xenctrl.Errno;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProcessFdTest {
    private static Process sleeper() throws Exception {
        return new ProcessBuilder("sleep", "600").start();
    }

    @Test
    void endedProcess_isTold_otherIsNot() throws Exception {
        Process lasting = sleeper();
        Process ending = sleeper();
        try (ProcessFd one = ProcessFd.open(lasting.pid());
                ProcessFd two = ProcessFd.open(ending.pid())) {
            assertThat(ProcessFd.awaitEnd(List.of(one, two), 0)).isEmpty();
            two.signal(ProcessFd.SIGTERM);
            assertThat(ProcessFd.awaitEnd(List.of(one, two), 30_000)).containsExactly(two);
            assertThat(ending.waitFor()).isEqualTo(128 + ProcessFd.SIGTERM);
            assertThatThrownBy(() -> two.signal(ProcessFd.SIGKILL))
                    .isInstanceOfSatisfying(
                            SystemCallFailed.class, e -> assertThat(e.errno()).isEqualTo(Errno.ESRCH));
            assertThat(lasting.isAlive()).isTrue();
        } finally {
            lasting.destroyForcibly();
            ending.destroyForcibly();
        }
    }

    @Test
    void processOfSomebodyElsesChildren_isTold() throws Exception {
        // The shell's child is no child of this JVM.
        Process shell = new ProcessBuilder("sh", "-c", "sleep 600 & echo $!; wait").start();
        long grandchild = Long.parseLong(shell.inputReader().readLine());
        try (ProcessFd process = ProcessFd.open(grandchild)) {
            process.signal(ProcessFd.SIGKILL);
            assertThat(ProcessFd.awaitEnd(List.of(process), 30_000)).containsExactly(process);
        } finally {
            shell.destroyForcibly();
        }
    }

    @Test
    void noSuchProcess_saysSo() {
        assertThatThrownBy(() -> ProcessFd.open(Integer.MAX_VALUE))
                .isInstanceOfSatisfying(
                        SystemCallFailed.class, e -> assertThat(e.errno()).isEqualTo(Errno.ESRCH));
    }
}
