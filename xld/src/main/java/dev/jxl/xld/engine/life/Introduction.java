package dev.jxl.xld.engine.life;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xenstore.StoreWrite;
import dev.jxl.xld.host.GuestBuilder.Built;
import dev.jxl.xld.host.GuestBuilder.Channels;
import dev.jxl.xld.host.IncomingGuest;
import dev.jxl.xld.plan.CreatePlan;
import dev.jxl.xld.plan.DeviceNodes;
import dev.jxl.xld.plan.DomainNodes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What stands in xenstore before xenstored is told of a domain. Nearly all of it is known before the domain has its memory: only where the
 * rings are is not.
 *
 * @param consoleDomain where xenconsoled runs
 */
record Introduction(CreatePlan plan, DomainId domid, DomainUuid uuid, Channels ports, DomainId consoleDomain) {
    private static final String FRAME = "/ring-ref";
    private static final Built UNKNOWN = new Built(0, 0);

    /** What is known without the memory. */
    List<StoreWrite> ahead() {
        return nodes(UNKNOWN).stream()
                .filter(node -> !node.path().endsWith(FRAME))
                .toList();
    }

    /** The rest. */
    List<StoreWrite> frames(Built built) {
        return nodes(built).stream().filter(node -> node.path().endsWith(FRAME)).toList();
    }

    private List<StoreWrite> nodes(Built built) {
        Instant now = Instant.now();
        String start = String.format(Locale.ROOT, "%d.%02d", now.getEpochSecond(), now.getNano() / 10_000_000);
        List<StoreWrite> nodes =
                new ArrayList<>(DomainNodes.built(domid, uuid, plan.spec(), ports.store(), built.storeGfn(), start));
        nodes.addAll(DeviceNodes.console(
                domid,
                consoleDomain,
                ports.console(),
                built.consoleGfn(),
                plan.saved().map(IncomingGuest::terminal).orElse("")));
        return nodes;
    }
}
