package dev.jxl.xld.host.sim;

import dev.jxl.config.DirectBoot;
import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.GuestType;
import dev.jxl.config.MemorySize;
import dev.jxl.xenstore.Permission;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xld.host.BlockAttach;
import dev.jxl.xld.host.GuestBuilder;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.NetAttach;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A domain made step by step on a host, with no engine: what the simulator's own tests need of a toolstack. */
final class HandMadeGuest {
    static final Duration SOON = Duration.ofSeconds(20);
    final Host host;
    final DomainSpec spec;
    final DomainUuid uuid = DomainUuid.random();
    final DomainId id;
    final String home;

    private HandMadeGuest(Host host, DomainSpec spec) {
        this.host = host;
        this.spec = spec;
        this.id = host.guestBuilder().createShell(spec, uuid, Optional.empty());
        this.home = "/local/domain/" + id;
    }

    static DomainSpec spec(String name, GuestType type, int mib, String commandLine) {
        return DomainSpec.builder(name, type, MemorySize.ofMib(mib))
                .vcpus(2)
                .maxVcpus(4)
                .boot(Optional.of(new DirectBoot(Path.of("/sim/vmlinuz"), Optional.empty(), commandLine)))
                .build();
    }

    static HandMadeGuest shell(Host host, DomainSpec spec) {
        return new HandMadeGuest(host, spec);
    }

    static HandMadeGuest built(Host host, DomainSpec spec) {
        HandMadeGuest guest = shell(host, spec);
        guest.build();
        return guest;
    }

    void build() {
        XenStore store = host.store();
        node(home, Permission.owner(0), Permission.read(id.value()));
        node(home + "/data", Permission.owner(id.value()));
        node(home + "/control/shutdown", Permission.owner(id.value()));
        node(home + "/control/feature-poweroff", Permission.owner(id.value()));
        node(home + "/control/feature-reboot", Permission.owner(id.value()));
        GuestBuilder builder = host.guestBuilder();
        GuestBuilder.Channels channels = builder.prepare(id, spec, DomainId.DOM0, DomainId.DOM0, false);
        GuestBuilder.Built built =
                builder.build(id, spec, spec.boot().orElseThrow(), channels, DomainId.DOM0, DomainId.DOM0, words -> {});
        store.introduce(id.value(), built.storeGfn(), channels.store());
        store.write(home + "/console/tty", "");
        store.write(home + "/console/ring-ref", Long.toString(built.consoleGfn()));
        store.write(home + "/console/port", Integer.toString(channels.console()));
    }

    private void node(String path, Permission... permissions) {
        host.store().mkdir(path);
        host.store().setPermissions(path, List.of(permissions));
    }

    String backend(String kind, int devid) {
        return "/local/domain/0/backend/" + kind + "/" + id + "/" + devid;
    }

    String frontend(String kind, int devid) {
        return home + "/device/" + kind + "/" + devid;
    }

    /** Makes a device's nodes, as one transaction. */
    void addDevice(String kind, int devid) {
        host.store().transaction(nodes -> {
            nodes.mkdir(frontend(kind, devid));
            nodes.setPermissions(frontend(kind, devid), List.of(Permission.owner(id.value()), Permission.read(0)));
            nodes.write(frontend(kind, devid) + "/backend", backend(kind, devid));
            nodes.write(frontend(kind, devid) + "/state", "1");
            nodes.mkdir(backend(kind, devid));
            nodes.setPermissions(backend(kind, devid), List.of(Permission.owner(0), Permission.read(id.value())));
            nodes.write(backend(kind, devid) + "/frontend", frontend(kind, devid));
            nodes.write(backend(kind, devid) + "/online", "1");
            nodes.write(backend(kind, devid) + "/state", "1");
            return true;
        });
    }

    BlockAttach.Attached addDisk(String file) {
        addDevice("vbd", 51712);
        BlockAttach.Attached attached = host.blockAttach().attach(uuid, "xvda", Path.of(file), true);
        host.store()
                .write(
                        backend("vbd", 51712) + "/physical-device",
                        Integer.toHexString(attached.major()) + ":" + Integer.toHexString(attached.minor()));
        return attached;
    }

    void addNic(String bridge) {
        addDevice("vif", 0);
        awaitState(backend("vif", 0), "2");
        host.netAttach().attach(List.of(new NetAttach.Port("vif" + id + ".0", Optional.empty(), bridge, 1500)));
        host.store().write(backend("vif", 0) + "/hotplug-status", "connected");
    }

    void awaitState(String device, String state) {
        awaitValue(device + "/state", state);
    }

    void awaitValue(String path, String value) {
        boolean came = host.store()
                .await(path, SOON, view -> view.find(path).filter(value::equals))
                .isPresent();
        if (!came) {
            throw new AssertionError(path + " is " + host.store().find(path) + ", not " + value);
        }
    }

    void unpause() {
        host.hypervisor().unpause(id);
    }

    /**
     * Takes a device away with no word to the guest, as destroying does: in one transaction, because a backend that sees its
     * frontend gone closes for good and looks at nothing any more.
     */
    void forceDevice(String kind, int devid) {
        String backend = backend(kind, devid);
        host.store().transaction(nodes -> {
            nodes.remove(frontend(kind, devid));
            nodes.write(backend + "/online", "0");
            nodes.write(backend + "/state", "5");
            return true;
        });
        awaitState(backend, "6");
        host.store().remove(backend);
    }
}
