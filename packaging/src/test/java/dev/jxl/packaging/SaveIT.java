package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Guests that go to files and come back on real Xen, by jxl and by xl, in both directions. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class SaveIT extends GuestsOnXen {
    private static final String FILE = "/root/guest.save";

    @AfterEach
    void destroyWhatIsLeft() {
        host.run("for g in pv1 full1 hvm1; do xl destroy $g; done 2>/dev/null; rm -f " + FILE);
    }

    @Test
    void pvhGuestWithDiskAndNic_goesToAFileAndComesBackByJxlAndByXl() {
        goesAndComesBack("full", "full1");
    }

    @Test
    @Tag("long")
    void pvGuest_goesToAFileAndComesBackByJxlAndByXl() {
        goesAndComesBack("pv", "pv1");
    }

    @Test
    @Tag("long")
    void hvmGuest_goesToAFileWithItsDeviceModelAndComesBackByJxlAndByXl() {
        goesAndComesBack("hvm", "hvm1");
    }

    /** What is in its memory goes on, its disk and its network too. */
    private void goesAndComesBack(String config, String guest) {
        host.must("jxl create /root/guest/" + config + ".cfg");
        host.waitForGuest(guest);
        ask(guest, "kept=$((40+2)); echo set-$((1+1))", "set-2");

        host.must("jxl save " + guest + " " + FILE);
        assertThat(host.traces()).isEqualTo(before);
        assertThat(host.must("jxl image inspect " + FILE).out()).contains(guest);
        host.must("jxl restore " + FILE);
        ask(guest, "echo first-$kept", "first-42");

        host.must("jxl save -c " + guest + " " + FILE);
        ask(guest, "echo on-$kept", "on-42");
        host.must("jxl destroy " + guest + "; xl restore " + FILE + " >/dev/null");
        ask(guest, "echo by-xl-$kept", "by-xl-42");

        host.must("xl save " + guest + " " + FILE + " >/dev/null; jxl restore " + FILE);
        ask(guest, "echo back-$kept", "back-42");
        if (config.equals("full")) {
            ask(guest, "ping -c 1 10.77.0.1 >/dev/null && echo ping-$((1+1))", "ping-2");
            ask(guest, "dd if=/dev/xvda of=/dev/null bs=512 count=1 iflag=direct && echo read-$((1+1))", "read-2");
        }
        host.must("jxl shutdown -w " + guest);
        assertThat(host.traces()).isEqualTo(before);
    }
}
