package dev.jxl.xld.doctor;

import dev.jxl.config.DomainId;
import dev.jxl.xld.api.Finding.Severity;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.plan.Nodes;
import java.util.ArrayList;
import java.util.List;

/** Backends, in xenstore, of domains that are not in Xen: dom0's and those of driver domains. */
record StoreOfBackends(Host host, Surroundings around) implements Check {
    /** A backend's folder for a domain. */
    private record Folder(DomainId home, DomainId domain, String path) {}

    @Override
    public String words() {
        return "backends of domains that are gone";
    }

    @Override
    public List<Trouble> look() {
        List<Folder> folders = new ArrayList<>();
        for (DomainFacts home : host.hypervisor().listDomains()) {
            String backends = Nodes.domain(home.id()) + "/backend";
            for (String kind : host.store().list(backends)) {
                for (String name : host.store().list(backends + "/" + kind)) {
                    DomainId.find(name)
                            .ifPresent(d -> folders.add(new Folder(home.id(), d, backends + "/" + kind + "/" + name)));
                }
            }
        }
        Present present = Present.now(host, around);
        return folders.stream()
                .filter(folder -> !present.has(folder.domain()))
                .map(this::trouble)
                .toList();
    }

    private Trouble trouble(Folder folder) {
        String code = "backend-without-domain";
        if (!folder.home().equals(DomainId.DOM0)) {
            return Trouble.told(
                    code,
                    Severity.NOTE,
                    folder.path(),
                    "the driver domain " + folder.home() + " has a backend for domain " + folder.domain()
                            + ", which is not in Xen",
                    "the driver domain's own toolstack removes it, or the driver domain's next start");
        }
        return Trouble.leftover(
                code,
                folder.path(),
                "dom0 has a backend for domain " + folder.domain() + ", which is not in Xen: it may hold a disk or an"
                        + " interface",
                Present.whileGone(
                        host,
                        around,
                        folder.domain(),
                        () -> host.store().remove(folder.path()),
                        "the backend's nodes were removed, so that its driver lets go of what it had"));
    }
}
