package dev.jxl.xld.host.xen.dm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.host.DeviceModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes as the kernel shows them, some of which somebody has made look like device models. */
class MarkedTest {
    private static final String UUID = "6b29fc40-ca47-1067-b31d-00dd010662da";

    @TempDir
    Path proc;

    private void process(int pid, String environment, String arguments) throws IOException {
        Path process = Files.createDirectories(proc.resolve(Integer.toString(pid)));
        Files.writeString(process.resolve("environ"), environment);
        Files.writeString(process.resolve("cmdline"), arguments);
    }

    @Test
    void processesOfDomains_areFoundByMarkOrArguments() throws IOException {
        process(10, "A=b\0JXL_DEVICE_MODEL=5 " + UUID + "\0", "qemu\0-xen-domid\0" + "5\0");
        process(11, "A=b\0", "qemu\0-xen-domid\0" + "6\0-name\0theirs\0");
        process(12, "", "bash\0");
        Marked marked = new Marked(proc);
        assertThat(marked.listServing())
                .containsExactlyInAnyOrder(
                        new DeviceModel.Running(10, new DomainId(5), Optional.of(DomainUuid.parse(UUID))),
                        new DeviceModel.Running(11, new DomainId(6), Optional.empty()));
        assertThat(marked.list())
                .singleElement()
                .satisfies(found -> assertThat(found.pid()).isEqualTo(10));
        assertThat(marked.serves(11, new DomainId(6))).isTrue();
    }

    @Test
    void whatOnlyLooksLikeAMark_isNone() throws IOException {
        process(10, "JXL_DEVICE_MODEL=99999 " + UUID + "\0", "x\0-xen-domid\0" + "99999\0");
        process(11, "JXL_DEVICE_MODEL=5 ------------------------------------\0", "x\0-xen-domid\0");
        process(12, "JXL_DEVICE_MODEL=5\0", "-xen-domid\0" + "-5\0");
        Marked marked = new Marked(proc);
        assertThat(marked.list()).isEmpty();
        assertThat(marked.listServing()).isEmpty();
    }
}
