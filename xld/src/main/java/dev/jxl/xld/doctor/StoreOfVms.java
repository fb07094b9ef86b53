package dev.jxl.xld.doctor;

import dev.jxl.config.DomainUuid;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.plan.Nodes;
import java.util.List;

/** {@code /vm/UUID} of domains that are not in Xen. */
record StoreOfVms(Host host, Surroundings around) implements Check {
    private static final DomainUuid DOM0 = DomainUuid.ofBytes(new byte[16]);

    @Override
    public String words() {
        return "what xenstore keeps over reboots of domains that are gone";
    }

    @Override
    public List<Trouble> look() {
        List<DomainUuid> owners = host.store().list("/vm").stream()
                .flatMap(name -> Present.uuid(name).stream())
                .filter(uuid -> !uuid.equals(DOM0))
                .toList();
        Present present = Present.now(host, around);
        return owners.stream()
                .filter(uuid -> !present.has(uuid))
                .map(this::trouble)
                .toList();
    }

    private Trouble trouble(DomainUuid uuid) {
        return Trouble.leftover(
                "vm-without-domain", Nodes.vm(uuid), "xenstore has it of a domain that is not in Xen", () -> {
                    if (Present.now(host, around).has(uuid)) {
                        return "nothing: there is a domain of that UUID now";
                    }
                    host.store().remove(Nodes.vm(uuid));
                    return "it was removed";
                });
    }
}
