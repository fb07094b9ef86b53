package dev.jxl.xld.host.sim;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.host.OtherToolstacks;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Other toolstacks on the simulated machine, as processes that do nothing: a test plays what they do. Thread-safe. */
public final class SimToolstacks {
    private final Map<Long, OtherToolstacks.XlMonitor> monitors = new TreeMap<>();
    private final Set<DomainUuid> libvirts = new HashSet<>();
    private boolean libvirtRuns;

    SimToolstacks() {}

    /**
     * A process of xl begins to wait for a domain, or says that it waits for another one.
     *
     * @param waitsFor empty when nobody can tell
     */
    public synchronized void monitor(long pid, Optional<DomainId> waitsFor) {
        monitors.put(pid, new OtherToolstacks.XlMonitor(pid, "xl create /etc/xen/g.cfg", waitsFor));
    }

    /** It is killed. */
    public synchronized void killMonitor(long pid) {
        monitors.remove(pid);
    }

    /** A domain is libvirt's. */
    public synchronized void giveToLibvirt(DomainUuid uuid) {
        libvirts.add(uuid);
    }

    /** Its daemon is started, or ends. */
    public synchronized void runLibvirt(boolean runs) {
        libvirtRuns = runs;
    }

    private synchronized List<OtherToolstacks.XlMonitor> listMonitors() {
        return List.copyOf(monitors.values());
    }

    private synchronized Optional<String> findLibvirt() {
        return libvirtRuns ? Optional.of("libvirtd") : Optional.empty();
    }

    private synchronized boolean madeByLibvirt(DomainUuid uuid) {
        return libvirts.contains(uuid);
    }

    /** The port to them. */
    OtherToolstacks port(Incarnation life) {
        return new OtherToolstacks() {
            @Override
            public List<XlMonitor> listMonitors() {
                return life.call("otherToolstacks.listMonitors", SimToolstacks.this::listMonitors);
            }

            @Override
            public Optional<String> findLibvirt() {
                return life.call("otherToolstacks.findLibvirt", SimToolstacks.this::findLibvirt);
            }

            @Override
            public boolean madeByLibvirt(DomainId domain, DomainUuid uuid) {
                return life.call(
                        "otherToolstacks.madeByLibvirt " + domain, () -> SimToolstacks.this.madeByLibvirt(uuid));
            }
        };
    }
}
