package dev.jxl.xld.engine.life;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xenstore.StoreWrite;
import dev.jxl.xld.engine.domain.Naming;
import dev.jxl.xld.engine.domain.Twins;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.plan.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The name of a guest that has been sent here. It stands still until it is let run, and its names are nothing to it: it runs first, under
 * the name it came with, and gets its own then.
 */
public final class ArrivedName {
    private static final System.Logger LOG = System.getLogger(ArrivedName.class.getName());

    private ArrivedName() {}

    /**
     * Gives it its name. The guest runs here whether or not that succeeds: it is tried twice, and then logged.
     *
     * @param before what is written first
     */
    static void take(Host host, DomainId domain, DomainUuid uuid, String name, List<StoreWrite> before) {
        List<StoreWrite> writes = new ArrayList<>(before);
        writes.add(new StoreWrite.Write(Nodes.name(domain), name));
        writes.add(new StoreWrite.Write(Nodes.vm(uuid) + "/name", name));
        Runnable once = () -> host.store().change(t -> t.performAll(writes));
        try {
            try {
                once.run();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.INFO, "naming '" + name + "' is tried again: " + e.getMessage());
                once.run();
            }
        } catch (RuntimeException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "'" + name + "' runs here as domain " + domain + ", and could not be given its name ("
                            + e.getMessage() + "): 'jxl rename " + domain + " " + name + "' does it");
        }
    }

    /** The same, where an earlier jxld may have ended before it. */
    public static void takeUp(Host host, DomainId arrived, DomainUuid uuid, String name) {
        if (host.store().find(Nodes.name(arrived)).filter(name::equals).isPresent()) {
            return;
        }
        List<StoreWrite> sender = Twins.findOther(host, uuid, Optional.of(arrived))
                .filter(d ->
                        host.store().find(Nodes.name(d)).filter(name::equals).isPresent())
                .map(d -> List.<StoreWrite>of(new StoreWrite.Write(Nodes.name(d), name + Naming.AWAY)))
                .orElse(List.of());
        take(host, arrived, uuid, name, sender);
        Twins.giveVm(host, arrived, uuid);
    }
}
