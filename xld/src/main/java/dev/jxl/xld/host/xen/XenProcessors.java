package dev.jxl.xld.host.xen;

import dev.jxl.config.DomainId;
import dev.jxl.xenctrl.HostCalls;
import dev.jxl.xenctrl.VcpuCalls;
import dev.jxl.xenctrl.XenControl;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.Processors;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** CPUs and nodes, by libxenctrl. */
final class XenProcessors implements Processors {
    private static final Path PCI_DEVICES = Path.of("/sys/bus/pci/devices");
    private static final Pattern PCI_ADDRESS = Pattern.compile("([0-9a-f]{4,8}):([0-9a-f]{2}):([0-9a-f]{2})\\.([0-7])");
    private static final int HEX = 16;
    private static final int FUNCTION_BITS = 3;

    private final XenControl xen;

    XenProcessors(XenControl xen) {
        this.xen = xen;
    }

    @Override
    public Topology topology() {
        return XenErrors.asking(
                "asking for the host's CPUs and nodes",
                () -> new Topology(
                        xen.maxCpus(),
                        xen.cpuTopology().stream()
                                .map(cpu -> new Cpu(cpu.cpu(), cpu.core(), cpu.socket(), cpu.node()))
                                .toList(),
                        xen.numaNodes().stream()
                                .map(node -> new Node(
                                        node.node(),
                                        node.sizeBytes() / 1024,
                                        node.freeBytes() / 1024,
                                        node.distances()))
                                .toList()));
    }

    /** @source tools/libs/light/libxl_linux.c: libxl__pci_topology_init */
    @Override
    public List<PciPlace> listPciPlaces() {
        List<String> addresses = new ArrayList<>();
        List<HostCalls.PciPlace> functions = new ArrayList<>();
        for (String name : pciDevices()) {
            Matcher m = PCI_ADDRESS.matcher(name);
            if (m.matches() && m.group(1).length() == 4) {
                int device = Integer.parseInt(m.group(3), HEX);
                addresses.add(name);
                functions.add(new HostCalls.PciPlace(
                        Integer.parseInt(m.group(1), HEX),
                        Integer.parseInt(m.group(2), HEX),
                        device << FUNCTION_BITS | Integer.parseInt(m.group(4))));
            }
        }
        List<Integer> nodes = XenErrors.asking("asking for the nodes of the PCI devices", () -> xen.nodesOf(functions));
        List<PciPlace> places = new ArrayList<>();
        for (int i = 0; i < addresses.size(); i++) {
            if (nodes.get(i) >= 0) {
                places.add(new PciPlace(addresses.get(i), nodes.get(i)));
            }
        }
        return List.copyOf(places);
    }

    private static List<String> pciDevices() {
        List<String> names = new ArrayList<>();
        if (!Files.isDirectory(PCI_DEVICES)) {
            return names;
        }
        try (DirectoryStream<Path> devices = Files.newDirectoryStream(PCI_DEVICES)) {
            devices.forEach(device -> names.add(String.valueOf(device.getFileName())));
        } catch (IOException e) {
            throw new ToolstackException.HostUnavailable(
                    "the PCI devices cannot be listed: " + PCI_DEVICES + ": " + e.getMessage(), e);
        }
        names.sort(String::compareTo);
        return names;
    }

    @Override
    public List<VcpuFacts> listVcpus(DomainId domain) {
        int domid = domain.value();
        return XenErrors.asking("listing the vCPUs of", domain, () -> {
            int max = xen.findDomain(domid)
                    .orElseThrow(() -> new ToolstackException.DomainNotFound(domain.toString()))
                    .maxVcpuId();
            List<VcpuFacts> all = new ArrayList<>();
            for (int vcpu = 0; vcpu <= max; vcpu++) {
                VcpuCalls.VcpuInfo info = xen.vcpuInfo(domid, vcpu);
                VcpuCalls.Affinity affinity = xen.affinity(domid, vcpu);
                all.add(new VcpuFacts(
                        vcpu,
                        info.online(),
                        info.blocked(),
                        info.running(),
                        info.cpuTimeNs(),
                        info.cpu(),
                        affinity.hard(),
                        affinity.soft()));
            }
            return List.copyOf(all);
        });
    }

    @Override
    public Pinned pin(DomainId domain, int vcpu, Optional<BitSet> hard, Optional<BitSet> soft, boolean force) {
        VcpuCalls.Affinity made = XenErrors.asking(
                "pinning vCPU " + vcpu + " of",
                domain,
                () -> xen.applyAffinity(domain.value(), vcpu, hard, soft, force));
        return new Pinned(hard.map(_ -> made.hard()), soft.map(_ -> made.soft()));
    }

    @Override
    public BitSet nodesOf(DomainId domain) {
        return XenErrors.asking("asking for the nodes of", domain, () -> xen.nodeAffinity(domain.value()));
    }

    @Override
    public void preferNodes(DomainId domain, BitSet nodes) {
        XenErrors.having("choosing the nodes of", domain, () -> xen.applyNodeAffinity(domain.value(), nodes));
    }
}
