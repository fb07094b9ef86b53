package dev.jxl.config;

import java.util.Optional;

/**
 * One network card.
 *
 * @param mac empty: a random one of Xen's range, made once and kept
 * @param bridge empty: xenbr0
 * @param model the emulated card's model for HVM; empty: the default
 * @param ioemu with an emulated card beside the paravirtual one (HVM)
 * @param vifname the interface's name in dom0; empty: vifD.N
 * @param script a hotplug script; empty: vif-bridge's work, done by jxl itself
 * @param ip addresses for the script
 * @param backendDomain name or domid of the backend's domain; empty: dom0
 * @param gatewaydev for routed set-ups
 * @param rateLimit bytes each interval; empty: no limit
 * @param devid the device's number; empty: the next free one
 * @param mtu bytes; empty: the bridge's
 * @param vlan as the script understands it
 * @param trusted the guest trusts this backend
 */
public record NicSpec(
        Optional<MacAddress> mac,
        Optional<String> bridge,
        Optional<String> model,
        boolean ioemu,
        Optional<String> vifname,
        Optional<String> script,
        Optional<String> ip,
        Optional<String> backendDomain,
        Optional<String> gatewaydev,
        Optional<RateLimit> rateLimit,
        @Field(most = 65535) Optional<Integer> devid,
        @Field(least = 68, most = 65535) Optional<Integer> mtu,
        Optional<String> vlan,
        @Field(orElse = "true") boolean trusted) {
    /** The same without an emulated card. */
    public NicSpec paravirtualOnly() {
        return new NicSpec(
                mac,
                bridge,
                model,
                false,
                vifname,
                script,
                ip,
                backendDomain,
                gatewaydev,
                rateLimit,
                devid,
                mtu,
                vlan,
                trusted);
    }

    /**
     * A credit-based limit.
     *
     * @param bytesPerInterval bytes that may be sent each interval
     * @param intervalMicros length of an interval in microseconds
     */
    public record RateLimit(
            @Field(least = 1) long bytesPerInterval,

            @Field(least = 1, most = 4294967295L, orElse = "50000")
            long intervalMicros) {}
}
