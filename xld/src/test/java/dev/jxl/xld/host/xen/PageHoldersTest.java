package dev.jxl.xld.host.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.config.DomainId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who keeps a dying domain, by a kernel's folders that this test has made. */
class PageHoldersTest {
    private static final DomainId DYING = new DomainId(7);

    @TempDir
    Path folder;

    private PageHolders holders() {
        return new PageHolders(folder.resolve("sys"), folder.resolve("proc"));
    }

    private void process(int pid, String name, String arguments, String maps) throws IOException {
        Path process = Files.createDirectories(folder.resolve("proc/" + pid));
        Files.writeString(process.resolve("comm"), name + "\n");
        Files.writeString(process.resolve("cmdline"), arguments.replace(' ', '\0') + "\0");
        Files.writeString(process.resolve("maps"), maps);
    }

    @Test
    void driversAndTheDeviceModelOfTheDomain_areCertain() throws IOException {
        for (String device : new String[] {"vbd-7-51712", "vif-70-0", "vif-17-0"}) {
            Files.createDirectories(folder.resolve("sys/bus/xen-backend/devices/" + device));
        }
        process(12, "qemu-system-i38", "qemu -xen-domid 7 -name x", "");
        process(13, "qemu-system-i38", "qemu -xen-domid 70 -name x", "");
        process(14, "xenconsoled", "xenconsoled", "7f00-7f01 rw-s 00000000 00:05 9 /dev/xen/privcmd\n");
        assertThat(holders().find(DYING))
                .containsExactly("dom0's driver of the backend vbd-7-51712", "process 12 (qemu-system-i38)");
    }

    @Test
    void withoutThem_whoeverMapsPagesOfDomainsMayBeIt() throws IOException {
        process(14, "evil\u001b[2J", "x", "7f00-7f01 rw-s 00000000 00:05 9 /dev/xen/gntdev\n");
        process(15, "bash", "bash", "7f00-7f01 r-xp 00000000 08:01 9 /bin/bash\n");
        assertThat(holders().find(DYING))
                .singleElement()
                .satisfies(words ->
                        assertThat(words).isEqualTo("perhaps process 14 (evil?[2J), which maps pages of domains"));
    }

    @Test
    void hostWithoutTheseFolders_namesNobody() {
        assertThat(holders().find(DYING)).isEmpty();
    }
}
