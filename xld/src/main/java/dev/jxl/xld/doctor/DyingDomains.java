package dev.jxl.xld.doctor;

import dev.jxl.xld.api.Finding.Severity;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.Host;
import java.util.List;

/** Domains that cannot end because somebody maps their pages. */
record DyingDomains(Host host) implements Check {
    @Override
    public String words() {
        return "domains that cannot end";
    }

    @Override
    public List<Trouble> look() {
        return host.hypervisor().listDomains().stream()
                .filter(f -> f.flags().dying())
                .map(this::trouble)
                .toList();
    }

    private Trouble trouble(DomainFacts f) {
        List<String> holders = host.hypervisor().listHolders(f.id());
        return Trouble.told(
                "domain-dying",
                Severity.WARNING,
                "domain " + f.id(),
                "it has been destroyed and still has " + f.memoryKib() + " KiB, because somebody maps its pages: "
                        + (holders.isEmpty()
                                ? "nobody in dom0 is seen to; a driver domain may"
                                : String.join(", ", holders)),
                "it goes by itself within seconds when a backend lets go; if it stays, end who holds it: for a driver"
                        + " of dom0 that is whatever its disk or network waits for");
    }
}
