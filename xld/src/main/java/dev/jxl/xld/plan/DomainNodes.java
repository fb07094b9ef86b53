package dev.jxl.xld.plan;

import dev.jxl.config.DirectBoot;
import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.GuestType;
import dev.jxl.xenstore.Permission;
import dev.jxl.xenstore.StoreWrite;
import dev.jxl.xenstore.StoreWrite.Mkdir;
import dev.jxl.xenstore.StoreWrite.Remove;
import dev.jxl.xenstore.StoreWrite.SetPermissions;
import dev.jxl.xenstore.StoreWrite.Write;
import java.util.ArrayList;
import java.util.List;

/**
 * A domain's own nodes, as xl leaves them.
 *
 * @source tools/libs/light/libxl_create.c: libxl__domain_make; tools/libs/light/libxl_dom.c: libxl__build_post
 */
public final class DomainNodes {
    private DomainNodes() {}

    /** The nodes of a new, empty domain, the mark "destroy if found" among them. For one transaction. */
    public static List<StoreWrite> shell(DomainId d, DomainUuid uuid, DomainSpec spec) {
        String dom = Nodes.domain(d);
        String vm = Nodes.vm(uuid);
        String libxl = Nodes.libxl(d);
        List<Permission> readable = List.of(Permission.owner(0), Permission.read(d.value()));
        List<Permission> hidden = List.of(Permission.owner(0));
        List<StoreWrite> out = new ArrayList<>();
        folder(out, libxl, hidden);
        out.add(new Write(Nodes.mark(d), uuid.toString()));
        out.add(new Mkdir(libxl + "/device"));
        folder(out, dom, readable);
        folder(out, vm, readable);
        out.add(new Write(dom + "/vm", vm));
        out.add(new Write(dom + "/name", spec.name()));
        out.add(new Write(vm + "/uuid", uuid.toString()));
        out.add(new Write(vm + "/name", spec.name()));
        boolean hvm = spec.type() == GuestType.HVM;
        for (String child : List.of("cpu", "memory", "device", "control")) {
            out.add(new Mkdir(dom + "/" + child));
        }
        if (hvm) {
            out.add(new Mkdir(dom + "/hvmloader"));
        }
        guestOwned(out, d, spec.driverDomain(), hvm);
        out.add(new Write(dom + "/control/platform-feature-multiprocessor-suspend", "1"));
        out.add(new Write(dom + "/control/platform-feature-xs_reset_watches", "1"));
        out.add(new Write(libxl + "/type", spec.type().word()));
        out.add(new Write(libxl + "/dm-version", "qemu_xen"));
        return List.copyOf(out);
    }

    private static void guestOwned(List<StoreWrite> out, DomainId d, boolean driverDomain, boolean hvm) {
        List<String> names = new ArrayList<>(List.of(
                "device/suspend/event-channel",
                "control/shutdown",
                "control/feature-poweroff",
                "control/feature-reboot",
                "control/feature-suspend",
                "control/sysrq",
                "data",
                "drivers",
                "feature",
                "attr",
                "error"));
        if (hvm) {
            names.add("control/feature-s3");
            names.add("control/feature-s4");
        }
        if (driverDomain) {
            names.add("libxl");
            names.add("device-model");
        }
        for (String name : names) {
            String path = Nodes.domain(d) + "/" + name;
            out.add(new Mkdir(path));
            out.add(new SetPermissions(path, List.of(Permission.owner(d.value()))));
        }
    }

    /**
     * Gives a domain another name and a new UUID's part of the tree. For one transaction.
     *
     * @source tools/libs/light/libxl_domain.c: libxl_domain_preserve
     */
    public static List<StoreWrite> renamed(DomainId d, DomainUuid uuid, String name) {
        List<StoreWrite> out = new ArrayList<>();
        String vm = Nodes.vm(uuid);
        folder(out, vm, List.of(Permission.owner(0), Permission.read(d.value())));
        out.add(new Write(vm + "/uuid", uuid.toString()));
        out.add(new Write(vm + "/name", name));
        out.add(new Write(Nodes.domain(d) + "/vm", vm));
        out.add(new Write(Nodes.name(d), name));
        return List.copyOf(out);
    }

    private static void folder(List<StoreWrite> out, String path, List<Permission> permissions) {
        out.add(new Remove(path));
        out.add(new Mkdir(path));
        out.add(new SetPermissions(path, permissions));
    }

    /**
     * What the guest must know when it starts. For one transaction, before xenstored is told of the domain.
     *
     * @param storePort event channel of its xenstore ring
     * @param storeGfn frame of that ring
     * @param startTime seconds and hundredths since 1970: {@code 1795565077.37}
     */
    public static List<StoreWrite> built(
            DomainId d, DomainUuid uuid, DomainSpec spec, int storePort, long storeGfn, String startTime) {
        String dom = Nodes.domain(d);
        String vm = Nodes.vm(uuid);
        List<StoreWrite> out = new ArrayList<>();
        out.add(new Write(
                dom + "/memory/static-max", Long.toString(spec.maxMemory().kib())));
        out.add(new Write(dom + "/memory/target", Long.toString(spec.memory().kib() - GuestMemory.fudgeKib(spec))));
        out.add(new Write(dom + "/memory/videoram", Long.toString(GuestMemory.videoKib(spec))));
        out.add(new Write(dom + "/domid", d.toString()));
        out.add(new Write(dom + "/store/port", Integer.toString(storePort)));
        out.add(new Write(dom + "/store/ring-ref", Long.toString(storeGfn)));
        for (int cpu = 0; cpu < spec.maxVcpus(); cpu++) {
            out.add(new Write(dom + "/cpu/" + cpu + "/availability", cpu < spec.vcpus() ? "online" : "offline"));
        }
        if (spec.type() == GuestType.PV) {
            out.add(new Write(vm + "/image/ostype", "linux"));
            spec.boot().ifPresent(boot -> image(out, vm, boot));
        }
        if (spec.type() == GuestType.HVM) {
            HvmNodes.write(out, dom, vm, spec);
        }
        out.add(new Write(vm + "/start_time", startTime));
        return List.copyOf(out);
    }

    private static void image(List<StoreWrite> out, String vm, DirectBoot boot) {
        out.add(new Write(vm + "/image/kernel", boot.kernel().toString()));
        boot.ramdisk().ifPresent(r -> out.add(new Write(vm + "/image/ramdisk", r.toString())));
        if (!boot.commandLine().isEmpty()) {
            out.add(new Write(vm + "/image/cmdline", boot.commandLine()));
        }
    }
}
