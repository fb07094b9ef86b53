package dev.jxl.xld.simulated;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.Permission;
import dev.jxl.xenstore.StoreWrite;
import dev.jxl.xenstore.StoreWrite.Mkdir;
import dev.jxl.xenstore.StoreWrite.SetPermissions;
import dev.jxl.xenstore.StoreWrite.Write;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xenstore.memory.MemoryXenStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A guest and the driver domain that serves one of its cards: each writes what nobody should believe into every node that it may
 * write and that a toolstack might read, and tries the others' nodes too.
 */
final class HostileWriters {
    /** The number of the card that the driver domain serves. */
    static final int CARD = 7;

    /** Negative, huge, long, empty, control characters, other domains' paths, no text at all, and states that come at the wrong time. */
    private static final List<byte[]> VALUES = List.of(
            text(""),
            text("-1"),
            text("4294967296"),
            text("99999999999999999999"),
            text("9".repeat(1900)),
            text("x".repeat(4096)),
            text("\u0000\u001b[2J\r\n\u007f"),
            text("\u009b31m\u202egnp.exe\u2028\ud83d"),
            text("/local/domain/0"),
            text("../../../0/name"),
            text("4; rm -rf / $(reboot) %s%n"),
            new byte[] {(byte) 0xff, (byte) 0xfe, (byte) 0x80, 0},
            text("1"),
            text("5"),
            text("6"),
            text("4 "));

    private static final List<String> OF_FRONTENDS = List.of(
            "state",
            "ring-ref",
            "tx-ring-ref",
            "rx-ring-ref",
            "page-gref",
            "event-channel",
            "protocol",
            "backend",
            "backend-id",
            "mac",
            "num-queues",
            "multi-queue-num-queues");

    private static final List<String> OF_BACKENDS = List.of(
            "state",
            "hotplug-status",
            "hotplug-error",
            "physical-device",
            "physical-device-path",
            "frontend",
            "frontend-id",
            "online",
            "script",
            "params",
            "node",
            "type",
            "mac",
            "vifname",
            "feature-rx-copy");

    private static final List<String> OF_DRIVERS =
            List.of("ready", "heartbeat", "version", "protocol", "devices", "devices/vif-0-0");

    private static final List<String> OF_GUESTS = List.of(
            "/control/shutdown",
            "/control/sysrq",
            "/control/feature-poweroff",
            "/control/feature-suspend",
            "/device/suspend/event-channel",
            "/data/report",
            "/console/state",
            "/console/tty",
            "/name",
            "/domid",
            "/vm",
            "/memory/target");

    private final SimulatedDaemon daemon;
    private final int guest;
    private final int driver;
    private final int bystander;

    HostileWriters(SimulatedDaemon daemon, int guest, int driver, int bystander) {
        this.daemon = daemon;
        this.guest = guest;
        this.driver = driver;
        this.bystander = bystander;
    }

    private static byte[] text(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    private static String home(int domid) {
        return "/local/domain/" + domid;
    }

    private String backend() {
        return home(driver) + "/backend/vif/" + guest + "/" + CARD;
    }

    /** Gives the guest a card whose backend is in the driver domain, with the nodes that xl writes. */
    void plugCard() {
        String front = home(guest) + "/device/vif/" + CARD;
        String index = "/libxl/" + guest + "/device/vif/" + CARD;
        List<StoreWrite> nodes = new ArrayList<>(List.of(
                new Write(index + "/frontend", front),
                new Write(index + "/backend", backend()),
                new Mkdir(front),
                new SetPermissions(front, List.of(Permission.owner(guest), Permission.read(driver))),
                new Mkdir(backend()),
                new SetPermissions(backend(), List.of(Permission.owner(driver), Permission.read(guest)))));
        Map<String, String> both = new TreeMap<>(Map.of("state", "4", "mac", "00:16:3e:00:00:07", "handle", "7"));
        both.forEach((name, value) ->
                nodes.addAll(List.of(new Write(front + "/" + name, value), new Write(backend() + "/" + name, value))));
        nodes.add(new Write(front + "/backend", backend()));
        nodes.add(new Write(front + "/backend-id", Integer.toString(driver)));
        nodes.add(new Write(backend() + "/frontend", front));
        nodes.add(new Write(backend() + "/online", "1"));
        try (MemoryXenStore dom0 = daemon.world().storeAs(DomainId.DOM0)) {
            dom0.change(t -> t.performAll(nodes));
        }
    }

    /** All of it, each time with other values at other places. */
    void write(int round) {
        int turn = round;
        try (MemoryXenStore store = daemon.world().storeAs(new DomainId(guest))) {
            for (String kind : List.of("vbd", "vif", "vkbd", "vtpm", "vusb")) {
                for (String devid : listed(store, home(guest) + "/device/" + kind)) {
                    turn = writeAll(store, home(guest) + "/device/" + kind + "/" + devid + "/", OF_FRONTENDS, turn);
                }
            }
            turn = writeAll(store, home(guest), OF_GUESTS, turn);
            turn = writeAll(store, backend() + "/", OF_BACKENDS, turn);
            turn = writeAll(store, home(0) + "/backend/vbd/" + guest + "/51712/", OF_BACKENDS, turn);
            turn = writeAll(store, home(bystander), OF_GUESTS, turn);
            turn = writeAll(store, "/libxl/" + guest + "/device/vif/" + CARD + "/", OF_BACKENDS, turn);
            if (round % 7 == 3) {
                attempt(() -> store.remove(home(guest) + "/device/vif/" + CARD));
            }
        }
        try (MemoryXenStore store = daemon.world().storeAs(new DomainId(driver))) {
            turn = writeAll(store, backend() + "/", OF_BACKENDS, turn);
            turn = writeAll(
                    store, home(driver) + "/error/backend/vif/" + guest + "/" + CARD + "/", List.of("error"), turn);
            turn = writeAll(store, home(driver) + "/data/jxl-backend/", OF_DRIVERS, turn);
            turn = writeAll(
                    store, home(driver) + "/data/jxl-backend/devices/", List.of("vif-" + guest + "-" + CARD), turn);
            turn = writeAll(store, home(bystander) + "/device/vif/0/", OF_FRONTENDS, turn);
            turn = writeAll(store, home(0) + "/backend/vif/" + bystander + "/0/", OF_BACKENDS, turn);
            int _ = writeAll(store, "/libxl/" + guest + "/device/vif/" + CARD + "/", OF_BACKENDS, turn);
            if (round % 5 == 2) {
                attempt(() -> store.remove(backend()));
            }
        }
    }

    private static List<String> listed(XenStore store, String path) {
        try {
            return store.list(path);
        } catch (XenStoreException.AccessDenied gone) {
            return List.of();
        }
    }

    private static int writeAll(XenStore store, String folder, List<String> names, int first) {
        int turn = first;
        for (String name : names) {
            byte[] value = VALUES.get(Math.floorMod(turn++, VALUES.size()));
            attempt(() -> store.writeBytes(folder + name, value));
        }
        return turn;
    }

    /** What xenstored refuses is refused: it is not what this is about. */
    private static void attempt(Runnable write) {
        try {
            write.run();
        } catch (XenStoreException.AccessDenied
                | XenStoreException.QuotaExceeded
                | XenStoreException.Refused
                | IllegalArgumentException refused) {
            return;
        }
    }

    /** What the driver domain has in its own part of xenstore is its own, and stays when its guest has gone. */
    void tidy() {
        try (MemoryXenStore dom0 = daemon.world().storeAs(DomainId.DOM0)) {
            dom0.remove(home(driver) + "/backend");
            dom0.remove(home(driver) + "/error/backend");
            dom0.remove(home(driver) + "/data/jxl-backend");
        }
    }
}
