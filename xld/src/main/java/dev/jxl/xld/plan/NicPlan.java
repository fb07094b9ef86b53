package dev.jxl.xld.plan;

import dev.jxl.config.DomainId;
import dev.jxl.config.MacAddress;
import dev.jxl.config.NicSpec.RateLimit;
import java.util.Optional;

/**
 * A nic, decided.
 *
 * @param devid its number
 * @param mac its address
 * @param bridge an existing bridge
 * @param mtu bytes
 * @param vifname a name for the backend's interface; empty: vifD.N
 * @param rateLimit credit-based limit
 * @param ip for show, as xl writes it
 * @param emulated with an emulated card beside it, which QEMU connects
 * @param trusted the guest trusts the backend
 * @param backend the backend's domain
 */
public record NicPlan(
        int devid,
        MacAddress mac,
        String bridge,
        int mtu,
        Optional<String> vifname,
        Optional<RateLimit> rateLimit,
        Optional<String> ip,
        boolean emulated,
        boolean trusted,
        DomainId backend) {
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
