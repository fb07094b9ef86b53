package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs that are no good ({@code driver-domain/bad}) are put into a driver domain, and good ones by a jxld that does not live to confirm
 * them, below a client that keeps its disks and its network busy: the program before comes back, the reason is told, the client sees nothing.
 */
@Tag("long")
@Timeout(value = 90, unit = TimeUnit.MINUTES)
class DriverUpgradeIT {
    private static final XenHost HOST = XenHost.withJxl();

    /** Of the driver domain: what would change if it were made again, and which program it has. */
    private static final String LIFE =
            "xl domid dd; jxl driver show dd -o json | jq -r '.version, .tally.stops, .ready'";

    private static String before;

    @BeforeAll
    static void makeThemAndTheirPrograms(@TempDir Path folder) throws IOException, InterruptedException {
        HOST.awaitDaemon();
        HOST.putScene(folder);
        for (String program : new String[] {"bad-ends", "bad-silent", "bad-stuck"}) {
            HOST.put(XenHost.make(folder, "bad").resolve(program), "/root/dd/" + program);
        }
        // Another one than the package's, by its version.
        HOST.put(XenHost.make(folder, "all").resolve("jxl-backend"), "/root/dd/good");
        scene("start 40 48 pvh");
        before = HOST.must(LIFE).text();
    }

    @AfterAll
    static void destroyWhatIsLeft() {
        try {
            HOST.awaitDaemon();
            scene("finish");
        } finally {
            HOST.run("/root/dd/scene clean");
        }
    }

    /** The program that was there before serves a client that has seen nothing. */
    @AfterEach
    void clientGoesOn() {
        scene("moving");
        // The next jxld has an operation of its own for what one that was killed has left.
        HOST.must(
                "for i in $(seq 200); do curl -sf --unix-socket /run/jxld/jxld.sock http://localhost/v1/operations"
                        + " | jq -e 'all(.[]; .status != \"running\")' >/dev/null && exit 0; sleep 1; done; jxl operations; exit 1");
        assertThat(HOST.must(LIFE).text()).isEqualTo(before);
        assertThat(HOST.run("xenstore-exists /local/domain/$(xl domid dd)/jxl-upgrade")
                        .status())
                .isNotZero();
    }

    @Test
    void oneThatEndsAtOnce() {
        requireRefused("ends", "it ended with status 3");
    }

    @Test
    void oneThatDoesNotComeUp() {
        requireRefused("silent", "it had not come up after 15 s");
    }

    @Test
    void oneThatServesNobody() {
        requireRefused("stuck", "these are connected and do not move: disk 517");
    }

    private static void requireRefused(String way, String why) {
        XenHost.Answer answer = HOST.run("time jxl driver upgrade dd /root/dd/bad-" + way);
        System.out.println(answer);
        assertThat(answer.status()).as("%s", answer).isEqualTo(7);
        assertThat(answer.err())
                .contains("upgrading its program to jxl-backend " + way + " failed")
                .contains(why)
                .contains("serves its clients");
    }

    @Test
    void aGoodOneWhoseJxldIsKilled_theNextJxldTakesItBack() {
        killDaemonWhenTheNewOneBegins("");
        HOST.awaitDaemon();
        awaitAnswer("failed it ended with status 75");
    }

    @Test
    void aGoodOneThatNobodyConfirms_isTakenBackByItsDomain() {
        killDaemonWhenTheNewOneBegins("; systemctl stop jxld");
        awaitAnswer("failed dom0 had not confirmed it after 90 s");
        HOST.must("systemctl start jxld");
        HOST.awaitDaemon();
    }

    private static void killDaemonWhenTheNewOneBegins(String then) {
        String answer = HOST.must("""
            cd /root/dd; jxld=$(systemctl show -p MainPID --value jxld); go=/local/domain/$(xl domid dd)/jxl-upgrade/go
            jxl driver upgrade dd /root/dd/good >upgrade.out 2>&1 & upgrade=$!
            until xenstore-exists $go; do kill -0 $upgrade || exit 1; done
            kill -9 $jxld%s
            ! wait $upgrade || exit 1
            cat upgrade.out
            """.formatted(then)).text();
        System.out.println(answer);
        assertThat(answer).isNotEmpty();
    }

    /** What the driver domain says of the upgrade at last. */
    private static void awaitAnswer(String words) {
        HOST.must("answer=/local/domain/$(xl domid dd)/data/jxl-backend/upgrade; for i in $(seq 150); do"
                + " xenstore-read $answer | grep -q '" + words + "' && exit 0; sleep 1; done; xenstore-read $answer;"
                + " tail -20 /var/log/xen/console/guest-dd.log; exit 1");
    }

    private static void scene(String command) {
        System.out.println("driver upgrade: " + command + "\n"
                + HOST.must("/root/dd/scene " + command).out());
    }
}
