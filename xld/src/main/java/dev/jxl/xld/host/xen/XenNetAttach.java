package dev.jxl.xld.host.xen;

import dev.jxl.xenctrl.Errno;
import dev.jxl.xenctrl.libc.SystemCallFailed;
import dev.jxl.xld.api.ToolstackException.DeviceFailed;
import dev.jxl.xld.api.ToolstackException.FileFailed;
import dev.jxl.xld.host.NetAttach;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Bridge ports of dom0, by requests to the kernel: what Xen's vif-bridge script does, without its processes.
 *
 * @source tools/hotplug/Linux/vif-bridge, xen-network-common.sh: setup_virtual_bridge_port, set_mtu, add_to_bridge
 */
final class XenNetAttach implements NetAttach {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,14}");
    private static final int MAX_MTU = 65535;
    private static final int ENXIO = 6;

    /** The highest address that is not multicast: a bridge takes its own address from its lowest port's. */
    private static final byte[] PORT_ADDRESS = {
        (byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff
    };

    private final KernelLane lane;
    private final Path net;
    private final Path ipv6;

    XenNetAttach(KernelLane lane) {
        this(lane, Path.of("/sys/class/net"), Path.of("/proc/sys/net/ipv6/conf"));
    }

    /** With other folders than the kernel's, for tests. */
    XenNetAttach(KernelLane lane, Path net, Path ipv6) {
        this.lane = lane;
        this.net = net;
        this.ipv6 = ipv6;
    }

    @Override
    public Optional<Integer> findBridgeMtu(String bridge) {
        if (!NAME.matcher(bridge).matches()
                || !Files.isDirectory(net.resolve(bridge).resolve("bridge"))) {
            return Optional.empty();
        }
        try {
            return Optional.of(Integer.parseInt(
                    Files.readString(net.resolve(bridge).resolve("mtu")).strip()));
        } catch (IOException | NumberFormatException gone) {
            return Optional.empty();
        }
    }

    @Override
    public void attach(List<Port> ports) {
        ports.forEach(XenNetAttach::check);
        lane.run(() -> {
            try (InterfaceRequests requests = new InterfaceRequests()) {
                ports.forEach(port -> attach(requests, port));
            }
        });
    }

    private void attach(InterfaceRequests requests, Port port) {
        String name = port.interfaceName();
        try {
            if (port.renameTo().isPresent() && !Files.exists(net.resolve(name))) {
                // Renamed by an earlier try that was cut off.
                name = port.renameTo().get();
            }
            requests.down(name);
            requests.address(name, PORT_ADDRESS);
            if (port.renameTo().isPresent() && !port.renameTo().get().equals(name)) {
                requests.rename(name, port.renameTo().get());
                name = port.renameTo().get();
            }
            forbidOwnAddress(name);
            requests.mtu(name, port.mtu());
            if (!Files.exists(net.resolve(port.bridge()).resolve("brif").resolve(name))) {
                requests.addToBridge(port.bridge(), name);
            }
            requests.up(name);
        } catch (SystemCallFailed e) {
            throw new DeviceFailed(
                    "interface " + name, "making it a port of bridge " + port.bridge(), reason(e, port), e);
        }
    }

    private static String reason(SystemCallFailed e, Port port) {
        return switch (e.errno()) {
            case Errno.ENODEV ->
                "there is no such interface, or no bridge '" + port.bridge() + "' (" + e.getMessage() + ")";
            case Errno.EEXIST ->
                "another interface is called '" + port.renameTo().orElse(port.interfaceName()) + "' already";
            case Errno.EBUSY -> "it is a port of another bridge already";
            case Errno.EOPNOTSUPP -> "'" + port.bridge() + "' is not a bridge";
            default -> String.valueOf(e.getMessage());
        };
    }

    // A port needs no address of its own; without this the guest would see dom0 probe for an IPv6 one. A kernel without
    // IPv6 has no such file.
    private void forbidOwnAddress(String name) {
        Path mode = ipv6.resolve(name).resolve("addr_gen_mode");
        try {
            if (Files.exists(mode)) {
                Files.writeString(mode, "1");
            }
        } catch (IOException e) {
            throw new DeviceFailed("interface " + name, "turning off its IPv6 address", e.toString(), e);
        }
    }

    @Override
    public Map<String, Long> statistics(String interfaceName) {
        return Counters.read(net.resolve(checkedName(interfaceName)).resolve("statistics"));
    }

    @Override
    public void release(String interfaceName) {
        Path master = net.resolve(checkedName(interfaceName)).resolve("master");
        lane.run(() -> {
            if (!Files.isSymbolicLink(master)) {
                return;
            }
            try (InterfaceRequests requests = new InterfaceRequests()) {
                requests.down(interfaceName);
                requests.removeFromBridge(
                        Files.readSymbolicLink(master).getFileName().toString(), interfaceName);
            } catch (SystemCallFailed e) {
                boolean gone = e.errno() == Errno.ENODEV || e.errno() == ENXIO || e.errno() == Errno.EINVAL;
                if (!gone) {
                    throw new DeviceFailed(
                            "interface " + interfaceName,
                            "taking it off its bridge",
                            String.valueOf(e.getMessage()),
                            e);
                }
            } catch (IOException gone) {
                // Netback was faster.
            }
        });
    }

    @Override
    public List<OfDomain> listOfDomains() {
        return lane.call(() -> {
            try (Stream<Path> interfaces = Files.list(net)) {
                return interfaces
                        .flatMap(path -> OfDomain.find(String.valueOf(path.getFileName())).stream())
                        .sorted(Comparator.comparing(OfDomain::name))
                        .toList();
            } catch (IOException e) {
                throw new FileFailed("the network interfaces cannot be listed: " + e, e);
            }
        });
    }

    private static void check(Port port) {
        checkedName(port.interfaceName());
        port.renameTo().ifPresent(XenNetAttach::checkedName);
        checkedName(port.bridge());
        if (port.mtu() < 68 || port.mtu() > MAX_MTU) {
            throw new DeviceFailed(
                    "interface " + port.interfaceName(), "checking its MTU", port.mtu() + " is not 68 to 65535", null);
        }
    }

    private static String checkedName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new DeviceFailed(
                    "interface '" + name + "'",
                    "checking its name",
                    "1 to 15 letters, digits, dots, dashes and underscores make a name, and no dot at the start",
                    null);
        }
        return name;
    }
}
