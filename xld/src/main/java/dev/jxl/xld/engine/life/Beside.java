package dev.jxl.xld.engine.life;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xenstore.StoreWrite;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.domain.Managed.Entry;
import dev.jxl.xld.engine.domain.Naming;
import dev.jxl.xld.engine.domain.Twins;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.plan.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The making of a domain beside the one of the same UUID that sends it: until the hand-over nothing of what belongs to the UUID is touched,
 * and one write of jxl's record is the hand-over.
 */
final class Beside {
    private final Host host;
    private final Managed managed;
    private final DomainId sender;
    private final DomainUuid uuid;
    private final String name;
    private final List<StoreWrite> later = new ArrayList<>();
    private boolean taken;
    private boolean handedOver;
    private Optional<Entry> before = Optional.empty();

    /** @param name that the guest has in the end */
    Beside(Host host, Managed managed, DomainId sender, DomainUuid uuid, String name) {
        this.name = name;
        this.host = host;
        this.managed = managed;
        this.sender = sender;
        this.uuid = uuid;
    }

    /** What of some writes may be done at once. */
    List<StoreWrite> without(List<StoreWrite> writes) {
        String vm = Nodes.vm(uuid);
        List<StoreWrite> now = new ArrayList<>();
        for (StoreWrite write : writes) {
            boolean shared = write.path().equals(vm) || write.path().startsWith(vm + "/");
            (shared && !taken ? later : now).add(write);
        }
        return now;
    }

    /**
     * The sender has said that the guest is this domain.
     *
     * @throws ToolstackException.WrongState when what it has sent could still run
     */
    void takeOver() {
        if (!Twins.stands(host, sender)) {
            throw new ToolstackException.WrongState("the guest was handed over, but domain " + sender
                    + ", which it comes from, is not suspended: only one of them may run");
        }
        taken = true;
    }

    /** What is to be written when the guest is this domain; the name that they share goes from one to the other. */
    List<StoreWrite> names() {
        List<StoreWrite> writes = new ArrayList<>(later);
        writes.add(new StoreWrite.Write(Nodes.name(sender), name + Naming.AWAY));
        return List.copyOf(writes);
    }

    /** From here on, for every later jxld too, the guest is this domain. */
    void handOver(Entry complete) {
        before = managed.find(uuid);
        handedOver = true;
        managed.save(complete);
    }

    /** Takes it back, first what says whose the guest is. */
    void undo(Optional<DomainId> made, DomainLog log) {
        if (handedOver) {
            before.ifPresentOrElse(managed::save, () -> managed.remove(uuid));
        }
        made.ifPresent(d -> new Teardown(host, log).perform(Optional.of(d), uuid, words -> {}));
        if (taken && host.hypervisor().find(sender).isPresent()) {
            Twins.giveVm(host, sender, uuid);
        }
    }
}
