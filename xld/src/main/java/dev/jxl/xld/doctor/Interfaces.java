package dev.jxl.xld.doctor;

import dev.jxl.config.DomainId;
import dev.jxl.xld.api.Finding.Severity;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.NetAttach.OfDomain;
import dev.jxl.xld.plan.Nodes;
import java.util.List;

/** Network interfaces of domains that are gone, where no backend tells of them. They are dom0's, so nobody but its admin removes them. */
record Interfaces(Host host, Surroundings around) implements Check {
    @Override
    public String words() {
        return "network interfaces of domains that are gone";
    }

    @Override
    public List<Trouble> look() {
        List<OfDomain> interfaces = host.netAttach().listOfDomains();
        Present present = Present.now(host, around);
        return interfaces.stream()
                .filter(one -> !present.has(one.domain()) && !hasBackend(one))
                .map(one -> Trouble.told(
                        "interface-without-domain",
                        Severity.WARNING,
                        one.name(),
                        "it is called as an interface of domain " + one.domain() + ", which is gone",
                        "'ip link delete " + one.name() + "', if nobody in dom0 made it on purpose"))
                .toList();
    }

    private boolean hasBackend(OfDomain one) {
        String number = one.name().replaceAll("^vif[0-9]+\\.([0-9]+).*$", "$1");
        return host.store()
                .find(Nodes.backend(DomainId.DOM0, "vif", one.domain(), Integer.parseInt(number)))
                .isPresent();
    }
}
