package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A driver domain with the kernel's own backends and Debian's {@code xl devd}, below a client that keeps its disks and its network busy: it is
 * restarted as planned without an error in the client, and its crash costs the client its disks and nothing else. {@code driver-domain/load/scene}
 * does the work and judges. One client: on the embedded host several keep xl's hotplug scripts from ending within their 40 s.
 */
@Tag("long")
@Timeout(value = 90, unit = TimeUnit.MINUTES)
class XlDevdIT {
    private static final XenHost HOST = XenHost.withJxl();
    private static final String REQUESTS_AND_RATE = "8 64";

    @BeforeAll
    static void putScene(@TempDir Path folder) throws IOException, InterruptedException {
        HOST.awaitDaemon();
        HOST.putScene(folder);
    }

    @AfterEach
    void destroyWhatIsLeft() {
        HOST.run("/root/dd/scene clean");
    }

    @Test
    void restartedAsPlanned_clientSeesNothing() {
        scene("start " + REQUESTS_AND_RATE + " pv");
        assertThat(HOST.must("jxl driver show dd").out())
                .contains("ready       nothing in it says so", "states 4/4, not exact: a crash ends it");
        assertThat(HOST.run("jxl driver lint dd").out()).contains("trusts-backend  'dd-pv' (");
        scene("hit restart");
        scene("hit drained");
        scene("hit undrained");
        scene("finish");
    }

    @Test
    void crashed_clientIsPausedAndItsDisksAreNotTakenOver() {
        scene("start " + REQUESTS_AND_RATE + " pv");
        scene("hit lose");
    }

    /** xl made the driver domain and its client; when its own processes are gone, jxl answers for the driver domain. */
    @Test
    void madeByXl_isShownAndRestartedAsPlanned() {
        xlScene("start " + REQUESTS_AND_RATE + " pv");
        assertThat(HOST.must("jxl driver list").out()).containsPattern("(?m)^dd +[0-9]+ +running +- +- +3 ");
        XenHost.Answer refused = HOST.run("jxl driver restart dd");
        assertThat(refused.status()).as("%s", refused).isNotZero();
        assertThat(refused.err()).contains("looks after it");
        HOST.must("pkill -9 -x xl; true");
        xlScene("hit restart");
        assertThat(HOST.must("jxl driver show dd").out()).contains("supervised  yes");
        assertThat(HOST.must("journalctl -u jxld -o cat --no-pager").out())
                .contains("driver domain 'dd' is taken over");
        xlScene("finish");
    }

    private static void scene(String command) {
        say(command, HOST.must("SCENE_DRIVER=devd /root/dd/scene " + command));
    }

    private static void xlScene(String command) {
        say(command, HOST.must("SCENE_DRIVER=devd SCENE_CREATE='xl create -q' /root/dd/scene " + command));
    }

    private static void say(String command, XenHost.Answer answer) {
        System.out.println("xl devd: " + command + "\n" + answer.out());
    }
}
