package dev.jxl.xld.engine.resource;

import dev.jxl.config.DomainId;
import dev.jxl.config.GuestType;
import dev.jxl.config.MemorySize;
import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xld.api.DomainChange;
import dev.jxl.xld.api.ToolstackException.InvalidRequest;
import dev.jxl.xld.api.ToolstackException.WrongState;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.engine.operation.UndoStack;
import dev.jxl.xld.host.DomainMemory;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.plan.Nodes;
import java.util.List;
import java.util.Optional;

/**
 * How much memory a domain is to have and may have.
 *
 * @source tools/libs/light/libxl_mem.c: libxl_set_memory_target, libxl_domain_setmaxmem, libxl__fill_dom0_memory_info
 */
final class MemoryChanges {
    /** Beside the guest's memory. @source tools/libs/light/libxl_internal.h: LIBXL_MAXMEM_CONSTANT */
    static final long EXTRA_KIB = 1024;

    /** Less would end dom0. @source tools/libs/light/libxl_internal.h: LIBXL_MIN_DOM0_MEM */
    static final long LEAST_DOM0_KIB = 128 * 1024;

    private final Host host;
    private final Operations operations;
    private final Remembered remembered;

    MemoryChanges(Host host, Operations operations, Remembered remembered) {
        this.host = host;
        this.operations = operations;
        this.remembered = remembered;
    }

    /**
     * What xenstore says of a domain's memory, in KiB. All nodes are the toolstack's: a guest can only read them.
     *
     * @param target what its balloon is to go to
     * @param maximum the most that it can be given
     * @param video of its memory, not counted in the others
     */
    record Targets(Optional<Long> target, Optional<Long> maximum, long video) {
        static Targets read(StoreAccess store, DomainId domain) {
            String memory = Nodes.domain(domain) + "/memory";
            return new Targets(
                    number(store.find(memory + "/target")),
                    number(store.find(memory + "/static-max")),
                    number(store.find(memory + "/videoram")).orElse(0L));
        }

        private static Optional<Long> number(Optional<String> text) {
            return text.filter(t -> t.matches("[0-9]{1,15}")).map(Long::parseLong);
        }
    }

    OperationRun setTarget(Found domain, DomainChange.SetMemory wish) {
        Targets now = targets(domain);
        checkTarget(domain, wish.targetKib(), now);
        return operations.start("mem-set", domain.subject(), 1, List.of(), run -> {
            run.step("setting the memory of '" + domain.name() + "' to " + wish.targetKib() / 1024 + " MiB", 0);
            long target = wish.targetKib() - now.video();
            long limitBefore = limit(domain);
            UndoStack.orPutBack(undo -> {
                limit(undo, domain, wish.targetKib() + EXTRA_KIB, limitBefore);
                if (!isPv(domain)) {
                    undo.perform(
                            () -> host.domainMemory().populate(domain.id(), target + EXTRA_KIB),
                            () -> host.domainMemory()
                                    .populate(domain.id(), now.target().orElse(target) + EXTRA_KIB));
                }
                writeTarget(undo, domain, target, now);
                remembered.change(
                        domain,
                        spec -> spec.toBuilder()
                                .memory(new MemorySize(wish.targetKib()))
                                .build());
            });
        });
    }

    private void checkTarget(Found domain, long targetKib, Targets now) {
        long maximum = now.maximum().orElseThrow(() -> unknown(domain)) + now.video();
        if (targetKib > maximum) {
            throw new InvalidRequest("domain '" + domain.name() + "' can have at most " + maximum / 1024 + " MiB, not "
                    + targetKib / 1024 + ": 'jxl mem-max' raises the limit, 'maxmem' in its configuration sets it");
        }
        boolean dom0 = domain.id().equals(DomainId.DOM0);
        if (dom0 && targetKib < LEAST_DOM0_KIB) {
            throw new InvalidRequest(
                    "domain 0 needs at least " + LEAST_DOM0_KIB / 1024 + " MiB, and is not set to " + targetKib / 1024);
        }
        if (targetKib <= now.video()) {
            throw new InvalidRequest("domain '" + domain.name() + "' cannot run with " + targetKib + " KiB of memory");
        }
    }

    private static WrongState unknown(Found domain) {
        return new WrongState("the memory limits of domain '" + domain.name()
                + "' are not in xenstore: it is not complete, or not made by xl or jxl");
    }

    /** dom0's nodes are written by who first needs them. */
    private Targets targets(Found domain) {
        XenStore store = host.store();
        Targets now = Targets.read(store, domain.id());
        if (domain.id().equals(DomainId.DOM0)
                && (now.target().isEmpty() || now.maximum().isEmpty())) {
            store.change(t -> {
                String memory = Nodes.domain(DomainId.DOM0) + "/memory";
                if (t.find(memory + "/target").isEmpty()) {
                    t.write(memory + "/target", Long.toString(domain.facts().memoryKib()));
                }
                if (t.find(memory + "/static-max").isEmpty()) {
                    t.write(memory + "/static-max", Long.toString(domain.facts().maxMemoryKib()));
                }
            });
            return Targets.read(store, domain.id());
        }
        return now;
    }

    private static boolean isPv(Found domain) {
        return !domain.facts().flags().hvm()
                || domain.type().filter(t -> t == GuestType.PV).isPresent();
    }

    private long limit(Found domain) {
        return host.domainMemory().list().stream()
                .filter(use -> use.domain().equals(domain.id()))
                .map(DomainMemory.Use::limitKib)
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }

    private void limit(UndoStack undo, Found domain, long kib, long before) {
        undo.perform(() -> host.domainMemory().limit(domain.id(), kib), () -> {
            if (before != Long.MAX_VALUE) {
                host.domainMemory().limit(domain.id(), before);
            }
        });
    }

    private void writeTarget(UndoStack undo, Found domain, long target, Targets before) {
        String node = Nodes.domain(domain.id()) + "/memory/target";
        String ofVm = Nodes.vm(domain.uuid()) + "/memory";
        Optional<String> ofVmBefore = host.store().find(ofVm);
        undo.perform(
                () -> host.store().change(t -> {
                    t.write(node, Long.toString(target));
                    t.write(ofVm, Long.toString(target / 1024));
                }),
                () -> host.store().change(t -> {
                    before.target().ifPresent(old -> t.write(node, Long.toString(old)));
                    ofVmBefore.ifPresentOrElse(old -> t.write(ofVm, old), () -> t.remove(ofVm));
                }));
    }

    OperationRun setMaximum(Found domain, DomainChange.SetMaxMemory wish) {
        Targets now = targets(domain);
        long target = now.target().orElseThrow(() -> unknown(domain));
        if (wish.maximumKib() < target) {
            throw new InvalidRequest("domain '" + domain.name() + "' is set to " + target / 1024
                    + " MiB now, and cannot be limited to " + wish.maximumKib() / 1024
                    + ": 'jxl mem-set' lowers what it has first");
        }
        return operations.start("mem-max", domain.subject(), 1, List.of(), run -> {
            run.step("limiting the memory of '" + domain.name() + "' to " + wish.maximumKib() / 1024 + " MiB", 0);
            long limitBefore = limit(domain);
            String node = Nodes.domain(domain.id()) + "/memory/static-max";
            UndoStack.orPutBack(undo -> {
                limit(undo, domain, wish.maximumKib() + EXTRA_KIB, limitBefore);
                undo.perform(
                        () -> host.store().write(node, Long.toString(wish.maximumKib())),
                        () -> now.maximum().ifPresent(old -> host.store().write(node, Long.toString(old))));
                remembered.change(
                        domain,
                        spec -> spec.toBuilder()
                                .maxMemory(new MemorySize(wish.maximumKib()))
                                .build());
            });
        });
    }
}
