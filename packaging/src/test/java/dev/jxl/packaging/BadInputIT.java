package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What jxl says to mistakes on real Xen: one clear sentence with the thing's name, an exit code, and nothing left behind. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class BadInputIT {
    private static final String GOOD = """
            name = "bad1"
            type = "pvh"
            kernel = "/root/guest/vmlinuz"
            ramdisk = "/root/guest/initrd"
            extra = "console=hvc0"
            memory = 128
            """;

    private final XenHost host = XenHost.withJxl();

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "kernel that does not exist | kernel = \"/root/none\" | /root/none",
                "kernel that is no kernel | kernel = \"/etc/services\" | /etc/services",
                "kernel of 32-bit junk | kernel = \"/root/junk32\" | /root/junk32",
                "ramdisk that does not exist | ramdisk = \"/root/noinitrd\" | /root/noinitrd",
                "memory larger than the host | memory = 600000 | 600000",
                "bridge that does not exist | vif = [\"bridge=nobr0\"] | nobr0",
                "disk that does not exist | disk = [\"/root/nodisk,raw,xvda,rw\"] | /root/nodisk",
                "backend domain that does not exist | disk = [\"vdev=xvda,backend=nodomain,target=/dev/vg/x\"] | nodomain",
                "broken syntax | vif = [ | 7",
            })
    void mistakeInTheFile_isNamedAndLeavesNothing(String mistake, String line, String named) {
        List<String> before = host.traces();
        host.must("printf '\\177ELF\\1\\1\\1junkjunkjunkjunkjunkjunkjunkjunk' > /root/junk32");
        host.write(GOOD + line + "\n", "/root/bad.cfg");

        XenHost.Answer answer = host.run("jxl create /root/bad.cfg");

        assertThat(answer.status()).as("%s", answer).isBetween(1, 125);
        assertThat(answer.err()).contains(named).doesNotContain("Exception").doesNotContain("\tat ");
        assertThat(answer.err().lines().count()).as("%s", answer).isLessThanOrEqualTo(5);
        assertThat(host.traces()).isEqualTo(before);
    }

    @Test
    void nameInUse_isRefusedAndTheFirstStays() {
        List<String> before = host.traces();
        host.write(GOOD, "/root/bad.cfg");
        host.must("jxl create -p /root/bad.cfg");
        List<String> withOne = host.traces();

        XenHost.Answer answer = host.run("jxl create -p /root/bad.cfg");

        assertThat(answer.status()).isNotZero();
        assertThat(answer.err()).contains("bad1");
        assertThat(host.traces()).isEqualTo(withOne);
        host.must("jxl destroy bad1");
        assertThat(host.traces()).isEqualTo(before);
    }
}
