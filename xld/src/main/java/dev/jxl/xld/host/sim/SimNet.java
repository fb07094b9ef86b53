package dev.jxl.xld.host.sim;

import dev.jxl.xld.api.ToolstackException.DeviceFailed;
import dev.jxl.xld.host.NetAttach;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The simulated machine's network: bridges, and the interfaces that netback makes. */
final class SimNet {
    private record Interface(String madeAs, String name, Optional<String> bridge, int mtu) {}

    private final Map<String, Integer> bridges = new TreeMap<>();
    private final List<Interface> interfaces = new ArrayList<>();

    SimNet(Map<String, Integer> bridges) {
        this.bridges.putAll(bridges);
    }

    synchronized Optional<Integer> findBridgeMtu(String bridge) {
        return Optional.ofNullable(bridges.get(bridge));
    }

    synchronized void addBridge(String bridge, int mtu) {
        bridges.put(bridge, mtu);
    }

    synchronized void removeBridge(String bridge) {
        bridges.remove(bridge);
        interfaces.replaceAll(i -> i.bridge().equals(Optional.of(bridge))
                ? new Interface(i.madeAs(), i.name(), Optional.empty(), i.mtu())
                : i);
    }

    /** A QEMU makes an interface, or its end takes it away. */
    synchronized void emulated(String name, boolean there) {
        if (there) {
            make(name);
        } else {
            unmake(name);
        }
    }

    /** netback makes an interface. */
    synchronized void make(String name) {
        unmake(name);
        interfaces.add(new Interface(name, name, Optional.empty(), 1500));
    }

    /** netback's device has gone, its interface with it, whatever it is called now. */
    synchronized void unmake(String madeAs) {
        interfaces.removeIf(i -> i.madeAs().equals(madeAs));
    }

    synchronized void attach(List<NetAttach.Port> ports) {
        for (NetAttach.Port port : ports) {
            attach(port);
        }
    }

    private void attach(NetAttach.Port port) {
        String device = "nic " + port.interfaceName();
        if (!bridges.containsKey(port.bridge())) {
            throw new DeviceFailed(
                    device, "connecting to bridge " + port.bridge(), "there is no bridge of that name", null);
        }
        Interface found = interfaces.stream()
                .filter(i -> i.name().equals(port.interfaceName()))
                .findFirst()
                .orElseThrow(() -> new DeviceFailed(
                        device,
                        "connecting to bridge " + port.bridge(),
                        "Cannot find device \"" + port.interfaceName() + "\"",
                        null));
        String name = port.renameTo().orElse(found.name());
        if (!name.equals(found.name())
                && interfaces.stream().anyMatch(i -> i.name().equals(name))) {
            throw new DeviceFailed(device, "renaming to " + name, "File exists", null);
        }
        interfaces.remove(found);
        interfaces.add(new Interface(found.madeAs(), name, Optional.of(port.bridge()), port.mtu()));
    }

    synchronized Map<String, Long> statistics(String name) {
        return interfaces.stream().anyMatch(i -> i.name().equals(name))
                ? Map.of("rx_bytes", 4200L, "tx_bytes", 2100L)
                : Map.of();
    }

    synchronized void release(String name) {
        interfaces.replaceAll(
                i -> i.name().equals(name) ? new Interface(i.madeAs(), i.name(), Optional.empty(), i.mtu()) : i);
    }

    synchronized List<NetAttach.OfDomain> listOfDomains() {
        return interfaces.stream()
                .flatMap(i -> NetAttach.OfDomain.find(i.name()).stream())
                .sorted(Comparator.comparing(NetAttach.OfDomain::name))
                .toList();
    }

    /** Every interface, and what it is a port of. */
    synchronized List<String> describe() {
        return interfaces.stream()
                .map(i -> i.name() + i.bridge().map(b -> " on " + b).orElse("") + ", mtu " + i.mtu())
                .sorted()
                .toList();
    }
}
