package dev.jxl.xld.host.sim;

import java.util.List;

/**
 * Everything on a simulated machine that a domain brings with it: what is in here before a domain is made must be what is in
 * here after it is gone.
 *
 * @param domains number, UUID and name by the specification, without dom0
 * @param nodes paths in xenstore below /local/domain, /vm and /libxl, without those that the machine has by itself
 * @param loops loop devices with target and mark
 * @param interfaces of backends, and their bridges
 * @param userdata names of xl's notes
 * @param deviceModels that run, with domain and owner
 * @param pci which driver has each PCI device, and which domain
 * @param freeKib free memory
 */
public record SimLeftovers(
        List<String> domains,
        List<String> nodes,
        List<String> loops,
        List<String> interfaces,
        List<String> userdata,
        List<String> deviceModels,
        List<String> pci,
        long freeKib) {
    /** Makes the lists immutable. */
    public SimLeftovers {
        domains = List.copyOf(domains);
        nodes = List.copyOf(nodes);
        loops = List.copyOf(loops);
        interfaces = List.copyOf(interfaces);
        userdata = List.copyOf(userdata);
        deviceModels = List.copyOf(deviceModels);
        pci = List.copyOf(pci);
    }
}
