package dev.jxl.xld.doctor;

import dev.jxl.config.DomainId;
import dev.jxl.xld.host.DeviceModel.Running;
import dev.jxl.xld.host.Host;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Sockets of device models, in {@code /run/xen}, whose domain is gone. */
record DeviceModelSockets(Host host, Surroundings around) implements Check {
    @Override
    public String words() {
        return "sockets of domains that are gone";
    }

    @Override
    public List<Trouble> look() {
        List<DomainId> left = host.deviceModel().listSockets();
        Set<DomainId> served =
                host.deviceModel().listProcesses().stream().map(Running::domain).collect(Collectors.toSet());
        Present present = Present.now(host, around);
        return left.stream()
                .filter(domain -> !present.has(domain) && !served.contains(domain))
                .map(domain -> Trouble.leftover(
                        "socket-without-domain",
                        "/run/xen/qmp-libxl-" + domain,
                        "sockets of a device model of domain " + domain + ", which is gone, are left",
                        Present.whileGone(
                                host,
                                around,
                                domain,
                                () -> host.deviceModel().removeSockets(domain),
                                "they were removed")))
                .toList();
    }
}
