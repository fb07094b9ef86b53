package dev.jxl.xld.host;

import dev.jxl.config.DomainId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    /** Interfaces of domains, by the names that netback and xl give them; others cannot be told from dom0's own. */
    List<OfDomain> listOfDomains();

    /**
     * An interface of a domain.
     *
     * @param name vifD.N, vifD.N-emu
     */
    record OfDomain(String name, DomainId domain) {
        private static final Pattern NAME = Pattern.compile("vif([0-9]{1,5})\\.[0-9]{1,4}(-emu)?");

        /**
         * The interface of that name, if it is a domain's.
         *
         * @source tools/libs/light/libxl_nic.c: libxl__device_nic_devname
         */
        public static Optional<OfDomain> find(String name) {
            Matcher m = NAME.matcher(name);
            return m.matches() ? DomainId.find(m.group(1)).map(domain -> new OfDomain(name, domain)) : Optional.empty();
        }
    }

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
