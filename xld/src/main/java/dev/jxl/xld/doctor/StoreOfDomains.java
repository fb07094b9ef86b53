package dev.jxl.xld.doctor;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.plan.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** xenstore's folders of domains that are not in Xen: {@code /local/domain/D}, {@code /libxl/D} and QEMU's. */
record StoreOfDomains(Host host, Surroundings around) implements Check {
    private static final List<String> FOLDERS =
            List.of("/local/domain", "/libxl", Nodes.domain(DomainId.DOM0) + "/device-model");

    @Override
    public String words() {
        return "xenstore's nodes of domains that are gone";
    }

    @Override
    public List<Trouble> look() {
        TreeMap<DomainId, List<String>> folders = new TreeMap<>();
        for (String folder : FOLDERS) {
            for (String name : host.store().list(folder)) {
                DomainId.find(name)
                        .ifPresent(d -> folders.computeIfAbsent(d, any -> new ArrayList<>())
                                .add(folder + "/" + name));
            }
        }
        Present present = Present.now(host, around);
        List<Trouble> found = new ArrayList<>();
        folders.forEach((domain, paths) -> {
            if (!present.has(domain)) {
                found.add(trouble(domain, paths));
            }
        });
        return found;
    }

    private Trouble trouble(DomainId domain, List<String> paths) {
        return Trouble.leftover(
                "store-without-domain",
                String.join(", ", paths),
                "xenstore has nodes of domain " + domain + ", which is not in Xen",
                Present.whileGone(
                        host,
                        around,
                        domain,
                        () -> clear(domain, paths),
                        "domain " + domain + "'s nodes, backends and whatever else it had left were removed"));
    }

    private void clear(DomainId domain, List<String> paths) {
        XenStore store = host.store();
        Optional<DomainUuid> owner = store.find(Nodes.domain(domain) + "/vm").flatMap(Present::ofVm);
        // A guest that was made again has its UUID still: its disks must not be taken for this one's.
        if (owner.isEmpty() || !Present.now(host, around).has(owner.get())) {
            around.clear(domain, owner);
        }
        store.change(t -> paths.forEach(t::remove));
    }
}
