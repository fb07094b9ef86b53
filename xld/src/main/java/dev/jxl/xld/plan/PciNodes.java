package dev.jxl.xld.plan;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.Permission;
import dev.jxl.xenstore.StoreWrite;
import dev.jxl.xenstore.StoreWrite.Mkdir;
import dev.jxl.xenstore.StoreWrite.Remove;
import dev.jxl.xenstore.StoreWrite.SetPermissions;
import dev.jxl.xenstore.StoreWrite.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The nodes of a guest's PCI devices: one bus, number 0, for all of them. xl keeps no copy of them in its own index.
 *
 * @source tools/libs/light/libxl_pci.c: libxl__create_pci_backend, libxl_create_pci_backend_device
 */
public final class PciNodes {
    /** The folder of frontends and backends. */
    public static final String KIND = "pci";

    /** How a device is named that has just come. */
    private static final String INITIALISING = "1";

    private PciNodes() {}

    /** The bus's end in dom0. */
    public static String backend(DomainId d) {
        return Nodes.backend(DomainId.DOM0, KIND, d, 0);
    }

    /** The bus's end in the guest. */
    public static String frontend(DomainId d) {
        return Nodes.frontend(d, KIND, 0);
    }

    /** How many devices are on the bus. */
    public static String count(DomainId d) {
        return backend(d) + "/num_devs";
    }

    /**
     * A bus without devices. For one transaction with its first ones.
     *
     * @param name the domain's
     */
    public static List<StoreWrite> bus(DomainId d, String name) {
        String back = backend(d);
        String front = frontend(d);
        List<StoreWrite> out = new ArrayList<>();
        out.add(new Remove(back));
        out.add(new Mkdir(back));
        out.add(new SetPermissions(back, List.of(Permission.owner(0), Permission.read(d.value()))));
        out.add(new Write(back + "/frontend", front));
        out.add(new Write(back + "/frontend-id", d.toString()));
        out.add(new Write(back + "/online", "1"));
        out.add(new Write(back + "/state", INITIALISING));
        out.add(new Write(back + "/domain", name));
        out.add(new Remove(front));
        out.add(new Mkdir(front));
        out.add(new SetPermissions(front, List.of(Permission.owner(d.value()), Permission.read(0))));
        out.add(new Write(front + "/backend", back));
        out.add(new Write(front + "/backend-id", "0"));
        out.add(new Write(front + "/state", INITIALISING));
        return List.copyOf(out);
    }

    /**
     * One device on the bus.
     *
     * @param number its number there, from 0
     * @param place where the guest sees it, when that is known
     */
    public static List<StoreWrite> device(DomainId d, int number, PciPlan device, OptionalInt place) {
        String back = backend(d) + "/";
        List<StoreWrite> out = new ArrayList<>();
        out.add(new Write(back + "key-" + number, device.address().toString()));
        out.add(new Write(back + "dev-" + number, device.address().toString()));
        place.ifPresent(p -> out.add(new Write(back + "vdevfn-" + number, Integer.toHexString(p))));
        device.name().ifPresent(name -> out.add(new Write(back + "name-" + number, name)));
        out.add(new Write(
                back + "opts-" + number,
                "msitranslate=" + bit(device.msiTranslate()) + ",power_mgmt=" + bit(device.powerManagement())
                        + ",permissive=" + bit(device.permissive()) + ",rdm_policy="
                        + (device.relaxed() ? "relaxed" : "strict")));
        out.add(new Write(back + "state-" + number, INITIALISING));
        return List.copyOf(out);
    }

    private static String bit(boolean on) {
        return on ? "1" : "0";
    }
}
