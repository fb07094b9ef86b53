package dev.jxl.packaging;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A driver domain fails again and again below PV, PVH and HVM guests that keep their disks and their network busy: no error, no wrong
 * sector, no lost byte, nothing left. {@code driver-domain/load/scene} does the work and judges; {@code ./dev xen soak} runs it at full
 * length.
 */
@Tag("long")
@Timeout(value = 6, unit = TimeUnit.HOURS)
class DriverDomainIT {
    private static final int CRASHES = Integer.getInteger("jxl.driver.crashes", 2);
    private static final int KILLS = Integer.getInteger("jxl.driver.kills", 6);
    private static final long SEED = Long.getLong("jxl.driver.seed", System.nanoTime() & 0xfffff);

    /** More than the 32 slots of a ring: it is always full. */
    private static final int REQUESTS = 40;

    private static final int KIB_PER_SECOND = 48;

    private static final XenHost HOST = XenHost.withJxl();

    private final Random random = new Random(SEED);

    @BeforeAll
    static void putScene(@TempDir Path folder) throws IOException, InterruptedException {
        HOST.awaitDaemon();
        HOST.putScene(folder);
    }

    @AfterAll
    static void destroyWhatIsLeft() {
        HOST.run("/root/dd/scene clean");
    }

    @Test
    void driverDomainFailsAgainAndAgain_clientsSeeNothing() {
        System.out.println("driver domain: " + CRASHES + " crashes, " + KILLS + " kills, seed " + SEED
                + " (-Djxl.driver.seed=" + SEED + ")");
        scene("start " + REQUESTS + " " + KIB_PER_SECOND + " pv pvh hvm");
        int kills = 0;
        for (int crash = 0; crash < CRASHES; crash++) {
            for (; kills < KILLS * (crash + 1) / CRASHES; kills++) {
                hit("kill");
            }
            hit("crash");
        }
        hit("upgrade");
        hit("undrained");
        hit("hang");
        hit("destroy");
        hit("restart");
        scene("finish");
    }

    /** At a moment that nobody chose. */
    private void hit(String way) {
        HOST.must("sleep " + random.nextInt(3) + "." + random.nextInt(10));
        scene("hit " + way);
    }

    private static void scene(String command) {
        System.out.println("driver domain: " + command + "\n"
                + HOST.must("/root/dd/scene " + command).out());
    }
}
