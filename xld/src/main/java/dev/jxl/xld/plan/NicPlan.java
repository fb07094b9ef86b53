package dev.jxl.xld.plan;

import dev.jxl.config.DomainId;
import dev.jxl.config.MacAddress;
import dev.jxl.config.NicSpec.RateLimit;
import dev.jxl.xld.host.HotplugScripts;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A nic, decided.
 *
 * @param devid its number
 * @param mac its address
 * @param bridge an existing bridge, or what the script understands; empty: the first one of a driver domain
 * @param mtu bytes: what was asked for, or the bridge's
 * @param askedMtu what was asked for
 * @param vifname a name for the backend's interface; empty: vifD.N
 * @param rateLimit credit-based limit
 * @param ip addresses for the script
 * @param emulated with an emulated card beside it, which QEMU connects
 * @param script what connects it
 * @param gatewaydev for a script that routes
 * @param vlan for the script
 * @param trusted the guest trusts the backend
 * @param backend the backend's domain
 */
public record NicPlan(
        int devid,
        MacAddress mac,
        String bridge,
        int mtu,
        Optional<Integer> askedMtu,
        Optional<String> vifname,
        Optional<RateLimit> rateLimit,
        Optional<String> ip,
        boolean emulated,
        Path script,
        Optional<String> gatewaydev,
        Optional<String> vlan,
        boolean trusted,
        DomainId backend)
        implements DevicePlan {
    @Override
    public String kind() {
        return "vif";
    }

    @Override
    public String words() {
        return "nic " + devid;
    }

    @Override
    public String description() {
        return words() + " (" + mac + ")";
    }

    /** Xen's script for bridges, whose plain work jxl does itself. */
    public static final Path BRIDGE_SCRIPT = HotplugScripts.FOLDER.resolve("vif-bridge");

    /** Whether the script must run: it is another one, or has more to do than to make a port of a bridge. */
    public boolean scripted() {
        return !script.equals(BRIDGE_SCRIPT) || vlan.isPresent() || ip.isPresent();
    }

    /** The interface's name in dom0 before it is renamed. */
    public String interfaceName(DomainId domain) {
        return "vif" + domain + "." + devid;
    }

    /**
     * The name of the emulated card's interface in dom0 before it is renamed.
     *
     * @source tools/libs/light/libxl_nic.c: libxl__device_nic_devname
     */
    public String emulatedInterfaceName(DomainId domain) {
        return interfaceName(domain) + "-emu";
    }
}
