package dev.jxl.xld.host.xen.lab;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.xl.XlCfg;
import dev.jxl.xld.host.BlockAttach;
import dev.jxl.xld.host.GuestBuilder;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.NetAttach;
import dev.jxl.xld.host.xen.PeerSettings;
import dev.jxl.xld.host.xen.XenHost;
import dev.jxl.xld.plan.DeviceNodes;
import dev.jxl.xld.plan.DomainNodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Run by hand in a dom0: each port of the host, without the engine. */
public final class HostOnXen {
    private HostOnXen() {}

    /** {@code info | guest FILE.cfg | destroy DOMID | disk FILE r|w | net INTERFACE BRIDGE}. */
    public static void main(String[] args) throws IOException {
        try (Host host = XenHost.open(PeerSettings.standard())) {
            switch (args[0]) {
                case "info" -> info(host);
                case "guest" -> guest(host, Path.of(args[1]));
                case "destroy" -> host.hypervisor().destroy(new DomainId(Integer.parseInt(args[1])));
                case "disk" -> disk(host, Path.of(args[1]), args[2].equals("w"));
                case "net" -> net(host, args[1], args[2]);
                default -> throw new IllegalArgumentException(args[0]);
            }
        }
    }

    private static void info(Host host) {
        say(host.info().toString().replace(", ", "\n"));
        say(host.hypervisor().memory());
        host.hypervisor().listDomains().forEach(HostOnXen::say);
        host.hypervisor().log(false).lines().skip(20).limit(2).forEach(HostOnXen::say);
    }

    private static void guest(Host host, Path file) throws IOException {
        DomainSpec spec = XlCfg.read(Files.readString(file)).spec().orElseThrow();
        DomainUuid uuid = DomainUuid.random();
        long start = System.nanoTime();
        DomainId domain = host.guestBuilder().createShell(spec, uuid, Optional.empty());
        say("domain " + domain + " " + uuid);
        try {
            host.store().performAll(DomainNodes.shell(domain, uuid, spec));
            GuestBuilder.Channels channels =
                    host.guestBuilder().prepare(domain, spec, DomainId.DOM0, DomainId.DOM0, false);
            say(channels);
            GuestBuilder.Built built = host.guestBuilder()
                    .build(
                            domain,
                            spec,
                            spec.boot().orElseThrow(),
                            channels,
                            DomainId.DOM0,
                            DomainId.DOM0,
                            words -> say(millis(start) + " " + words));
            say(built);
            host.store().performAll(DomainNodes.built(domain, uuid, spec, channels.store(), built.storeGfn(), "0.00"));
            host.store()
                    .performAll(DeviceNodes.console(domain, DomainId.DOM0, channels.console(), built.consoleGfn(), ""));
            host.store().introduce(domain.value(), built.storeGfn(), channels.store());
            host.files().writeUserdata(domain, uuid, "{}");
            say(host.hypervisor().find(domain));
            host.hypervisor().unpause(domain);
            say(millis(start) + " started");
        } catch (RuntimeException e) {
            host.hypervisor().destroy(domain);
            throw e;
        }
    }

    private static void disk(Host host, Path file, boolean write) {
        DomainUuid owner = DomainUuid.random();
        long start = System.nanoTime();
        BlockAttach.Attached attached = host.blockAttach().attach(owner, "xvda", file, write);
        say(millis(start) + " " + attached.device() + " " + attached.major() + ":" + attached.minor());
        attached.keep();
        say(millis(start) + " kept: " + host.blockAttach().listOwnedBy(owner));
        try {
            host.blockAttach().attach(DomainUuid.random(), "xvda", file, true);
            say("WRONG: attached twice");
        } catch (RuntimeException e) {
            say(e.getMessage());
        }
        host.blockAttach().release(owner, "xvdb", Set.of());
        say("not released by another disk: " + host.blockAttach().listOwnedBy(owner));
        host.blockAttach().releaseAll(owner, Set.of());
        say(millis(start) + " released: " + host.blockAttach().listOwnedBy(owner));
        BlockAttach.Attached dropped = host.blockAttach().attach(owner, "xvda", file, write);
        say("left without keep(): " + dropped.device());
    }

    private static void net(Host host, String name, String bridge) {
        int mtu = host.netAttach().findBridgeMtu(bridge).orElseThrow();
        for (int round = 0; round < 2; round++) {
            long start = System.nanoTime();
            host.netAttach().attach(List.of(new NetAttach.Port(name, Optional.empty(), bridge, mtu)));
            say(millis(start) + " attached");
        }
        long start = System.nanoTime();
        host.netAttach().release(name);
        host.netAttach().release(name);
        say(millis(start) + " released");
    }

    private static String millis(long start) {
        return (System.nanoTime() - start) / 1_000_000 + " ms";
    }

    private static void say(Object line) {
        System.out.println(line);
    }
}
