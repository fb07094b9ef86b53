package dev.jxl.xld.host;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Connects backends' network interfaces to bridges. */
public interface NetAttach {
    /** A bridge's MTU in bytes, or empty when there is no bridge of that name. */
    Optional<Integer> findBridgeMtu(String bridge);

    /**
     * Brings backends' interfaces up as ports of their bridges, all at once.
     *
     * @throws dev.jxl.xld.api.ToolstackException.DeviceFailed naming the interface and what the kernel said
     */
    void attach(List<Port> ports);

    /**
     * What an interface has counted.
     *
     * @return by the kernel's words (rx_bytes, …), as dom0 sees it: what the guest sends is rx; empty when there is no such
     *     interface
     */
    Map<String, Long> statistics(String interfaceName);

    /** Takes an interface off its bridge, if both exist. Idempotent. */
    void release(String interfaceName);

    /**
     * One interface.
     *
     * @param interfaceName as netback made it: vifD.N
     * @param renameTo another name for it; empty: as it is
     * @param bridge an existing bridge
     * @param mtu bytes
     */
    record Port(String interfaceName, Optional<String> renameTo, String bridge, int mtu) {}
}
