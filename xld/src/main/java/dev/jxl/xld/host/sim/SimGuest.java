package dev.jxl.xld.host.sim;

import dev.jxl.config.GuestType;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** The simulated operating system in a guest: boots, connects its devices, listens. It sees the store with its own rights only. */
final class SimGuest implements AutoCloseable {
    private static final List<String> KINDS = List.of("vbd", "vif");

    /** What a guest uses when it is there, and does not wait for. */
    private static final List<String> LATER_KINDS = List.of("vkbd", "vtpm", "vusb");

    private final SimXen xen;
    private final SimDomain domain;
    private final XenStore store;
    private final GuestBehaviour behaviour;
    private final SimConsoles consoles;
    private final Runnable whenUp;
    private final String home;
    private final Semaphore pokes = new Semaphore(1);
    private final Map<String, WatchPump> pumps = new HashMap<>();
    private boolean up;
    private volatile boolean over;
    private String taken = "";
    private int nextRing = 8;

    SimGuest(
            SimXen xen,
            SimDomain domain,
            XenStore store,
            GuestBehaviour behaviour,
            SimConsoles consoles,
            Runnable whenUp) {
        this.xen = xen;
        this.domain = domain;
        this.store = store;
        this.behaviour = behaviour;
        this.consoles = consoles;
        this.whenUp = whenUp;
        this.home = "/local/domain/" + domain.id;
    }

    void start() {
        Thread.ofVirtual().name("sim guest " + domain.id).start(this::run);
    }

    private void run() {
        try {
            if (!domain.runGuest(() -> !over && boot())) {
                return;
            }
            watch(home);
            do {
                pokes.acquire();
                pokes.drainPermits();
            } while (domain.runGuest(() -> !over && step()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (XenStoreException.ConnectionLost gone) {
            consoles.say(domain.id, "xenbus: connection to xenstore is gone");
        } finally {
            close();
        }
    }

    private void watch(String path) {
        pumps.computeIfAbsent(path, p -> WatchPump.start(store, p, changed -> pokes.release()));
    }

    private boolean boot() {
        if (domain.resumed()) {
            up = true;
            domain.guestIsUp(behaviour.pvDrivers());
            consoles.say(domain.id, "resumed");
            return true;
        }
        consoles.say(domain.id, "Booting a simulated " + domain.spec.type().word() + " guest");
        domain.image().ifPresent(image -> consoles.say(domain.id, "Command line: " + image.commandLine()));
        return switch (behaviour.boot()) {
            case READY -> true;
            case HANGS -> {
                consoles.say(domain.id, "(hangs)");
                yield false;
            }
            case CRASHES -> {
                consoles.say(domain.id, "Kernel panic - not syncing: asked to");
                yield stop(ShutdownReason.CRASH);
            }
            case POWERS_OFF -> stop(ShutdownReason.POWEROFF);
            case REBOOTS -> stop(ShutdownReason.REBOOT);
            case WATCHDOG -> stop(ShutdownReason.WATCHDOG);
        };
    }

    private boolean stop(ShutdownReason reason) {
        xen.stop(domain, reason);
        return false;
    }

    private boolean step() {
        boolean connected = stepDevices();
        if (!up && connected) {
            up = true;
            comeUp();
        }
        if (up && behaviour.pvDrivers()) {
            SimBalloon.follow(xen, domain, store, home);
        }
        return !up || !behaviour.obeysShutdown() || (obey() && obeySysrq());
    }

    private boolean obeySysrq() {
        String key = store.find(home + "/control/sysrq").orElse("");
        if (key.isEmpty()) {
            return true;
        }
        store.write(home + "/control/sysrq", "");
        consoles.say(domain.id, "sysrq: " + key);
        return switch (key) {
            case "c" -> stop(ShutdownReason.CRASH);
            case "b" -> stop(ShutdownReason.REBOOT);
            case "o" -> stop(ShutdownReason.POWEROFF);
            default -> true;
        };
    }

    private void comeUp() {
        domain.guestIsUp(behaviour.pvDrivers());
        whenUp.run();
        if (behaviour.hostile()) {
            new HostileGuest(store, home).act();
        }
        if (behaviour.obeysShutdown()) {
            store.write(home + "/control/feature-poweroff", "1");
            store.write(home + "/control/feature-reboot", "1");
        }
        store.write(home + "/data/ready", "1");
        consoles.say(domain.id, "GUEST-READY");
    }

    private boolean obey() {
        // At once, as Linux does: who takes the request back must know whether it was taken.
        String asked = store.transaction(t -> {
            String found = t.find(home + "/control/shutdown").orElse("");
            if (!found.isEmpty()) {
                t.write(home + "/control/shutdown", "");
            }
            return found;
        });
        if (!asked.isEmpty()) {
            consoles.say(domain.id, "sysctl: asked to " + asked);
            taken = asked;
        }
        if (taken.isEmpty()
                || (behaviour.late() && store.find(home + "/data/go").isEmpty())) {
            return true;
        }
        String wish = taken;
        taken = "";
        return switch (wish) {
            case "poweroff", "halt" -> stop(ShutdownReason.POWEROFF);
            case "reboot" -> stop(ShutdownReason.REBOOT);
            case "suspend" -> stop(ShutdownReason.SUSPEND);
            default -> true;
        };
    }

    /** Goes on with every frontend; true when all of them are connected, or none is to be. */
    private boolean stepDevices() {
        if (!behaviour.connectsDevices() || (up && behaviour.hostile())) {
            return true;
        }
        boolean all = true;
        for (String kind : KINDS) {
            for (String devid : store.list(home + "/device/" + kind)) {
                String frontend = home + "/device/" + kind + "/" + devid;
                // An HVM guest reads a CD drive through its emulation.
                boolean cd = domain.spec.type() == GuestType.HVM
                        && store.find(frontend + "/device-type")
                                .filter("cdrom"::equals)
                                .isPresent();
                all &= cd || attemptDevice(kind, frontend);
            }
        }
        for (String kind : LATER_KINDS) {
            for (String devid : store.list(home + "/device/" + kind)) {
                boolean _ = attemptDevice(kind, home + "/device/" + kind + "/" + devid);
            }
        }
        if (domain.spec.type() == GuestType.PV) {
            store.list(home + "/device/pci").forEach(devid -> stepBus(home + "/device/pci/" + devid));
        }
        return all;
    }

    /** What pcifront does; a guest comes up without waiting for it. @source Linux: drivers/pci/xen-pcifront.c */
    private void stepBus(String frontend) {
        Optional<String> backend = store.find(frontend + "/backend");
        if (backend.isEmpty()) {
            return;
        }
        watch(backend.get() + "/state");
        XenbusState ours = XenbusState.of(store.find(frontend + "/state"));
        XenbusState next = switch (XenbusState.of(store.find(backend.get() + "/state"))) {
            case INITIALISED -> ours == XenbusState.INITIALISING ? XenbusState.INITIALISED : ours;
            case CONNECTED -> ours == XenbusState.INITIALISED ? XenbusState.CONNECTED : ours;
            case RECONFIGURING -> ours == XenbusState.CONNECTED ? XenbusState.RECONFIGURING : ours;
            case RECONFIGURED -> ours == XenbusState.RECONFIGURING ? XenbusState.CONNECTED : ours;
            default -> ours;
        };
        if (next != ours) {
            store.write(frontend + "/state", next.text());
        }
    }

    /** A toolstack that gave too few rights gets a guest without that device, and a line on the console. */
    private boolean attemptDevice(String kind, String frontend) {
        try {
            return stepDevice(kind, frontend);
        } catch (XenStoreException.AccessDenied denied) {
            consoles.say(domain.id, "xenbus: " + frontend + ": " + denied.getMessage());
            return false;
        }
    }

    private boolean stepDevice(String kind, String frontend) {
        Optional<String> backend = store.find(frontend + "/backend");
        if (backend.isEmpty() || !backend.get().startsWith("/local/domain/")) {
            return false;
        }
        watch(backend.get() + "/state");
        XenbusState theirs = XenbusState.of(store.find(backend.get() + "/state"));
        XenbusState ours = XenbusState.of(store.find(frontend + "/state"));
        boolean offered = theirs == XenbusState.INIT_WAIT || theirs == XenbusState.CONNECTED;
        if (offered && ours == XenbusState.INITIALISING) {
            offerRings(kind, frontend);
        } else if (theirs == XenbusState.CONNECTED && ours == XenbusState.INITIALISED) {
            store.write(frontend + "/state", XenbusState.CONNECTED.text());
            return true;
        } else if ((theirs == XenbusState.CLOSING || theirs == XenbusState.CLOSED) && ours != XenbusState.CLOSED) {
            store.write(frontend + "/state", XenbusState.CLOSING.text());
            store.write(frontend + "/state", XenbusState.CLOSED.text());
        }
        return ours == XenbusState.CONNECTED && theirs == XenbusState.CONNECTED;
    }

    private void offerRings(String kind, String frontend) {
        int ring = nextRing;
        nextRing += 2;
        store.transaction(transaction -> {
            if (kind.equals("vif")) {
                transaction.write(frontend + "/tx-ring-ref", Integer.toString(ring));
                transaction.write(frontend + "/rx-ring-ref", Integer.toString(ring + 1));
                transaction.write(frontend + "/request-rx-copy", "1");
            } else if (kind.equals("vusb")) {
                transaction.write(frontend + "/urb-ring-ref", Integer.toString(ring));
                transaction.write(frontend + "/conn-ring-ref", Integer.toString(ring + 1));
            } else if (kind.equals("vkbd")) {
                transaction.write(frontend + "/page-gref", Integer.toString(ring));
            } else {
                transaction.write(frontend + "/ring-ref", Integer.toString(ring));
                transaction.write(frontend + "/protocol", "x86_64-abi");
            }
            transaction.write(frontend + "/event-channel", Integer.toString(ring));
            return true;
        });
        XenbusState next = kind.equals("vif") ? XenbusState.CONNECTED : XenbusState.INITIALISED;
        store.write(frontend + "/state", next.text());
    }

    @Override
    public void close() {
        over = true;
        store.close();
        pokes.release();
    }
}
