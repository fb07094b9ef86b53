package dev.jxl.xld.host.sim;

import dev.jxl.config.DirectBoot;
import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xenstore.memory.MemoryXenStore;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.CpuPolicy;
import dev.jxl.xld.host.CpuPools;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.HotplugScripts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The simulated machine: what stays when jxld dies. Thread-safe. */
public final class SimWorld implements AutoCloseable {
    private static final List<String> ROOTS = List.of("/local/domain", "/local/pool", "/vm", "/libxl");
    private final SimSettings settings;
    private final MemoryXenStore store = new MemoryXenStore();
    private final SimXen xen;
    private final SimFiles files = new SimFiles();
    private final SimBlock block = new SimBlock(files);
    private final SimNet net;
    private final SimPci pci = new SimPci();
    private final SimUsb usb = new SimUsb();
    private final SimToolstacks toolstacks = new SimToolstacks();
    private final SimLinks links = new SimLinks();
    private final SimConsoles consoles = new SimConsoles();
    private final SimFaults faults = new SimFaults();
    private final Map<DomainUuid, GuestBehaviour> behaviours = new ConcurrentHashMap<>();
    private final Map<DomainId, SimGuest> guests = new ConcurrentHashMap<>();
    private final Map<DomainId, SimDriverDomain> drivers = new ConcurrentHashMap<>();
    private final SimBackend backend;
    private final SimConsoled consoled;
    private final SimQemus qemus;
    private final WatchPump balloon;
    private final WatchPump hotplug;
    private final SimScripts scripts;
    private final Set<String> ownNodes;

    SimWorld(SimSettings settings) {
        this.settings = settings;
        this.xen = new SimXen(settings);
        this.net = new SimNet(settings.bridges());
        this.scripts = new SimScripts(store, net);
        prepareStore();
        this.ownNodes = Set.copyOf(nodes());
        xen.onRelease(store::tellOfShutdown);
        xen.onEnd(this::forget);
        xen.onStart(this::startGuest);
        xen.onReset(domain -> end(guests.remove(domain.id)));
        this.qemus = new SimQemus(store.asDomain(0), net, files);
        this.backend = new SimBackend(this, store.asDomain(0), 0);
        this.consoled = new SimConsoled(xen, store.asDomain(0));
        this.hotplug = WatchPump.start(store, "/local/domain/0/cpu", changed -> followDom0Vcpus());
        this.balloon = WatchPump.start(store, "/local/domain/0/memory/target", changed -> followDom0Target());
    }

    /**
     * What dom0's start leaves.
     *
     * @source tools/helpers/xen-init-dom0.c: main; tools/helpers/init-xenstore-domain.c
     */
    private void prepareStore() {
        long kib = settings.dom0Memory().kib();
        store.write("/local/domain/0/name", "Domain-0");
        store.write("/local/domain/0/domid", "0");
        store.write("/local/domain/0/memory/target", Long.toString(kib));
        store.write("/local/domain/0/memory/static-max", Long.toString(kib));
        store.mkdir("/local/domain/0/control");
        store.write("/local/pool/0/name", "Pool-0");
        store.mkdir("/local/domain/0/device-model");
        store.mkdir("/vm");
        store.mkdir("/libxl");
        for (String kind : List.of("vbd", "vif", "console")) {
            store.mkdir("/local/domain/0/backend/" + kind);
        }
    }

    private void startGuest(SimDomain domain) {
        String line = domain.image().map(DirectBoot::commandLine).orElse("");
        GuestBehaviour behaviour =
                behaviours.getOrDefault(domain.uuid(), GuestBehaviour.of(line, settings.behaviour()));
        Runnable whenUp = () -> SimDriverDomain.start(this, domain).ifPresent(d -> drivers.put(domain.id, d));
        SimGuest guest = new SimGuest(xen, domain, store.asDomain(domain.id.value()), behaviour, consoles, whenUp);
        guests.put(domain.id, guest);
        guest.start();
    }

    /** From now on the machine's CPUs are others; domains keep theirs. */
    public void cpu(CpuPolicy policy) {
        xen.cpus().policy(policy);
    }

    /** The number of the cpupool that a new domain is to be in. */
    int poolOf(DomainSpec spec) {
        String wanted = spec.pool().orElse("0");
        return xen.cpus().listPools().stream()
                .map(CpuPools.Pool::id)
                .filter(id -> wanted.equals(Integer.toString(id))
                        || store.find("/local/pool/" + id + "/name").equals(Optional.of(wanted)))
                .findFirst()
                .orElseThrow(() -> new ToolstackException.HostUnsupported(
                        "domain '" + spec.name() + "': there is no cpupool '" + wanted + "' on this host"));
    }

    private void followDom0Target() {
        store.find("/local/domain/0/memory/target")
                .filter(target -> target.matches("[0-9]{1,12}"))
                .ifPresent(target -> xen.balloonDom0(Long.parseLong(target)));
    }

    private void followDom0Vcpus() {
        List<String> cpus = store.list("/local/domain/0/cpu");
        xen.bringDom0Online(cpus.isEmpty() ? settings.cpus() : SimBalloon.online(store, "/local/domain/0"));
    }

    /** xenstored forgets a domain by itself when Xen says that it is gone; jxld may have told it before. */
    private void forget(SimDomain domain) {
        pci.forget(domain.id);
        SimDriverDomain driver = drivers.remove(domain.id);
        if (driver != null) {
            driver.close();
        }
        end(guests.remove(domain.id));
        try {
            store.release(domain.id.value());
        } catch (XenStoreException.Refused notIntroduced) {
            store.tellOfShutdown();
        }
    }

    private static void end(@Nullable SimGuest guest) {
        if (guest != null) {
            guest.close();
        }
    }

    // What tests and the parts of the machine do to it.

    /** Faults at the calls of the ports. */
    public SimFaults faults() {
        return faults;
    }

    /** Decides what a guest does at its next boots, whatever its command line says. */
    public void behave(DomainUuid uuid, GuestBehaviour behaviour) {
        behaviours.put(uuid, behaviour);
    }

    /** Decides what dom0's backends of a kind (vbd, vif) do from now on. */
    public void behave(String backendKind, BackendBehaviour behaviour) {
        backend.behave(backendKind, behaviour);
    }

    /** xenconsoled dies, or is started. */
    public void setConsoledAlive(boolean alive) {
        consoled.setAlive(alive);
    }

    /** Its USB devices. */
    public SimUsb usb() {
        return usb;
    }

    /** Other toolstacks on it. */
    public SimToolstacks toolstacks() {
        return toolstacks;
    }

    /** The machine's PCI devices. */
    public SimPci pci() {
        return pci;
    }

    /** The ways to other machines. */
    public SimLinks links() {
        return links;
    }

    /** The machine's device models. */
    public SimQemus qemus() {
        return qemus;
    }

    /** A guest stops by itself, now. */
    public void stopGuest(DomainId domain, ShutdownReason reason) {
        xen.stop(xen.require(domain), reason);
    }

    /** The programs in a driver domain that is up. */
    public Optional<SimDriverDomain> driver(DomainId domain) {
        return Optional.ofNullable(drivers.get(domain));
    }

    /** Somebody maps a page of a domain, so that it stays as dying when it is destroyed. */
    public void hold(DomainId domain, String holder) {
        xen.require(domain).hold(holder);
    }

    void hold(int domid, String holder) {
        xen.find(new DomainId(domid)).ifPresent(domain -> domain.hold(holder));
    }

    /** The reverse of {@link #hold}. */
    public void letGo(DomainId domain, String holder) {
        letGo(domain.value(), holder);
    }

    void letGo(int domid, String holder) {
        xen.find(new DomainId(domid)).ifPresent(domain -> xen.letGo(domain, holder));
    }

    /** A bridge is removed; its ports stay without one. */
    public void removeBridge(String bridge) {
        net.removeBridge(bridge);
    }

    /** The administrator makes a bridge, with an MTU of 1500 bytes. */
    public void addBridge(String bridge) {
        net.addBridge(bridge, 1500);
    }

    /** An interface stays that nobody has any more. */
    public void leaveInterface(String name) {
        net.make(name);
    }

    /** What a guest wrote on its console, at most the last 64 KiB. */
    public String consoleText(DomainId domain) {
        return consoles.text(domain);
    }

    /** xenstore as a domain sees it; with 0 as another toolstack would. To be closed by the caller. */
    public MemoryXenStore storeAs(DomainId domain) {
        return store.asDomain(domain.value());
    }

    /** All domains, dom0 too, without a port's call. */
    public List<DomainFacts> domains() {
        return xen.list();
    }

    /** Everything that domains have brought with them. */
    public SimLeftovers leftovers() {
        List<String> nodes = new ArrayList<>(nodes());
        nodes.removeAll(ownNodes);
        return new SimLeftovers(
                xen.list().stream()
                        .skip(1)
                        .map(facts -> facts.id() + " " + facts.uuid())
                        .toList(),
                nodes,
                block.describe(),
                net.describe(),
                files.describe(),
                qemus.describe(),
                pci.describe(),
                xen.memory().freeKib());
    }

    private List<String> nodes() {
        Set<String> all = new HashSet<>();
        store.transaction(view -> {
            all.clear();
            ROOTS.forEach(root -> collect(view, root, all));
            return true;
        });
        return all.stream().sorted().toList();
    }

    private static void collect(StoreAccess view, String path, Set<String> into) {
        into.add(path);
        view.list(path).forEach(name -> collect(view, path + "/" + name, into));
    }

    /** Files of saved guests, unfinished ones too. */
    public List<Path> savedGuests() {
        return files.savedGuests();
    }

    /** Cores of domains that have been dumped, and halves of them. */
    public List<Path> cores() {
        return files.cores();
    }

    /** Somebody removes all saved guests and cores. */
    public void removeFiles() {
        savedGuests().forEach(files::removeSaved);
        cores().forEach(files::removeCore);
    }

    SimSettings settings() {
        return settings;
    }

    SimXen xen() {
        return xen;
    }

    /** dom0 mounts a disk that another domain serves to it. */
    public void mountInDom0(int devid) {
        block.mount(devid);
    }

    SimBlock block() {
        return block;
    }

    SimNet net() {
        return net;
    }

    /** The hotplug scripts that were run, oldest first: name, arguments, environment. */
    public List<String> scriptRuns() {
        return scripts.runs();
    }

    /** Has a script end with a status from now on. */
    public void answerScript(String name, int status, String said) {
        scripts.answer(name, new HotplugScripts.Result(OptionalInt.of(status), said));
    }

    SimScripts scripts() {
        return scripts;
    }

    SimFiles files() {
        return files;
    }

    /** A new connection to xenstore for jxld. */
    MemoryXenStore connect() {
        return store.asDomain(0);
    }

    /** Ends the machine: its backends stop. Guests that still run are destroyed. */
    @Override
    public void close() {
        backend.close();
        consoled.close();
        balloon.close();
        hotplug.close();
        xen.list().stream().skip(1).forEach(facts -> xen.find(facts.id()).ifPresent(domain -> xen.crush(domain)));
        store.close();
    }
}
