package dev.jxl.xld.host.sim;

import dev.jxl.config.DirectBoot;
import dev.jxl.config.DomainId;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xenstore.XenStoreException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The programs in a simulated driver domain. One whose kernel command line has {@code driver=jxl} has jxl's own backend, with its
 * heartbeat and counters; with {@code driver=jxl-stuck} it takes requests and answers none; {@code driver=devd} has a distribution's kernel backends with
 * {@code xl devd}, and {@code driver=udev} those without it.
 */
public final class SimDriverDomain implements AutoCloseable {
    private static final long BEAT_MILLIS = 20;

    private final SimDomain domain;
    private final XenStore store;
    private final boolean own;
    private final boolean stuck;
    private final SimBackend backend;
    private final SimUpgrade upgrade;
    private volatile boolean hung;
    private volatile boolean closed;
    private long beats;

    private SimDriverDomain(SimWorld world, SimDomain domain, boolean own, boolean devd, boolean stuck) {
        this.stuck = stuck;
        this.domain = domain;
        this.own = own;
        this.store = world.storeAs(domain.id);
        this.upgrade = new SimUpgrade(store, "/local/domain/" + domain.id);
        this.backend = new SimBackend(world, world.storeAs(domain.id), domain.id.value(), this::works, devd);
    }

    static Optional<SimDriverDomain> start(SimWorld world, SimDomain domain) {
        String line = domain.image().map(DirectBoot::commandLine).orElse("");
        boolean own = line.contains("driver=jxl");
        boolean devd = line.contains("driver=devd");
        if (!domain.spec.driverDomain() || !(own || devd || line.contains("driver=udev"))) {
            return Optional.empty();
        }
        SimDriverDomain programs = new SimDriverDomain(world, domain, own, devd, line.contains("driver=jxl-stuck"));
        Thread.ofVirtual().name("sim driver domain " + domain.id).start(programs::live);
        return Optional.of(programs);
    }

    /** It does nothing any more, and runs. */
    public void hang() {
        hung = true;
    }

    /** Its backends of a kind behave otherwise from now on. */
    public void behave(String kind, BackendBehaviour behaviour) {
        backend.behave(kind, behaviour);
    }

    boolean hasPortOf(DomainId client, int port) {
        return backend.hasPortOf(client, port);
    }

    private boolean works() {
        return !hung && !closed && domain.runs();
    }

    private void live() {
        try {
            while (!closed) {
                if (works()) {
                    backend.letDaemonLook();
                    attemptBeat();
                }
                Thread.sleep(BEAT_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (XenStoreException gone) {
            closed = true;
        }
    }

    /** Its nodes go before it does. */
    private void attemptBeat() {
        try {
            beat();
        } catch (XenStoreException.AccessDenied gone) {
            hung = true;
        }
    }

    private void beat() {
        beats++;
        if (!own) {
            return;
        }
        String home = "/local/domain/" + domain.id + "/data/jxl-backend";
        upgrade.step();
        store.write(home + "/protocol", "2");
        store.write(home + "/version", upgrade.version());
        Map<String, String> counters = new TreeMap<>();
        backend.connected().stream()
                .filter(device -> !upgrade.deaf())
                .forEach(device -> counters.put(
                        device.kind() + "-" + device.frontendDomid() + "-" + device.devid(), counters(device.kind())));
        store.list(home + "/devices").stream()
                .filter(name -> !counters.containsKey(name))
                .forEach(name -> store.remove(home + "/devices/" + name));
        counters.forEach((name, counts) -> store.write(home + "/devices/" + name, counts));
        store.write(home + "/heartbeat", Long.toString(beats));
        store.write(home + "/ready", "1");
    }

    /** A nic's guest has sent some frames, nobody answers them, and it has nothing more to say. */
    private String counters(String kind) {
        return kind.equals("vif") ? "3 0" : (beats + 1) + " " + (stuck || upgrade.stuck() ? 0 : beats + 1);
    }

    @Override
    public void close() {
        closed = true;
        backend.letGoOfAll();
        backend.close();
        store.close();
    }
}
