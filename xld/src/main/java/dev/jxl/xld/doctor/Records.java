package dev.jxl.xld.doctor;

import dev.jxl.config.DomainUuid;
import dev.jxl.xld.api.Finding.Severity;
import dev.jxl.xld.doctor.Surroundings.Known;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.Host;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Records of jxl's about domains that are not there. jxld clears those by itself. */
record Records(Host host, Surroundings around) implements Check {
    @Override
    public String words() {
        return "records without domains";
    }

    @Override
    public List<Trouble> look() {
        List<Known> known = around.listKnown();
        Set<DomainUuid> there =
                host.hypervisor().listDomains().stream().map(DomainFacts::uuid).collect(Collectors.toSet());
        List<Trouble> found = new ArrayList<>();
        for (Known one : known) {
            if (!one.busy() && !there.contains(one.uuid())) {
                found.add(Trouble.told(
                        "record-without-domain",
                        Severity.NOTE,
                        "'" + one.name() + "' (" + one.uuid() + ")",
                        "the domain is gone, and jxld has not yet cleared what it left",
                        "jxld does that by itself within seconds; if it stays, its journal says why"));
            }
        }
        around.listUnreadable()
                .forEach((uuid, name) -> found.add(Trouble.told(
                        "record-unreadable",
                        Severity.WARNING,
                        "'" + name + "' (" + uuid + ")",
                        "another version of jxld wrote down what it is made of, and this one cannot read it: it is not"
                                + " started again when it stops",
                        "install the newer jxl again, or destroy the domain and create it anew")));
        return found;
    }
}
