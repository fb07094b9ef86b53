package dev.jxl.xld.engine.resource;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xld.api.ToolstackException.NotEnoughMemory;
import dev.jxl.xld.engine.domain.MemoryReservations;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.UndoStack;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.Hypervisor.MemoryFacts;
import dev.jxl.xld.plan.Nodes;
import dev.jxl.xld.plan.Planner;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Memory for new domains: what is free and nobody's, and where that is not enough and Xen was started without dom0_mem, what dom0
 * can give.
 *
 * @source tools/xl/xl_vmcontrol.c: freemem; tools/xl/xl.c: auto_autoballoon; tools/libs/light/libxl_mem.c:
 *     libxl_wait_for_memory_target
 */
public final class FreeMemory {
    private static final Pattern DOM0_MEM = Pattern.compile(
            "(^| )dom0_mem=((|min:|max:)" + "(-?[0-9]+[bBkKmMgGtT]?|(-?[0-9]+[bBkKmMgGtT]?\\+)?[0-9]{1,2}%),?)+($| )");
    private static final String DOM0_TARGET = Nodes.domain(DomainId.DOM0) + "/memory/target";

    /** How long dom0 may take to give any memory at all. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration SLICE = Duration.ofMillis(500);

    /** What is in flight between two questions to Xen is seen as missing: it is asked again as often. */
    private static final int SECOND_LOOKS = 3;

    private static final long TOO_LITTLE = -1;

    private final Host host;
    private final MemoryReservations reservations;

    /** Of the host, less what has been promised to domains that are being made. */
    public FreeMemory(Host host, MemoryReservations reservations) {
        this.host = host;
        this.reservations = reservations;
    }

    /** The most that a new domain could get now, also of dom0's memory, in KiB. */
    public long mostKib() {
        List<DomainFacts> domains = host.hypervisor().listDomains();
        long free = free(host.hypervisor().memory()) - reservations.all(domains);
        return Math.max(0, free) + (dom0Gives() ? Math.max(0, spareOfDom0(domains)) : 0);
    }

    private static long free(MemoryFacts memory) {
        return memory.freeKib() - memory.outstandingKib();
    }

    private static DomainFacts dom0(List<DomainFacts> domains) {
        return domains.stream()
                .filter(f -> f.id().equals(DomainId.DOM0))
                .findFirst()
                .orElseThrow();
    }

    private static long spareOfDom0(List<DomainFacts> domains) {
        return dom0(domains).memoryKib() - MemoryChanges.LEAST_DOM0_KIB;
    }

    private boolean dom0Gives() {
        return givenByDom0(host.info().commandLine());
    }

    /** Whether dom0 gives memory to new domains: unless its own was fixed when Xen was started. */
    static boolean givenByDom0(String xenCommandLine) {
        return !DOM0_MEM.matcher(xenCommandLine).find();
    }

    /**
     * Reserves what a domain needs, and waits until it is there.
     *
     * @param other a domain of the same UUID that is there already
     * @return to be closed when the domain has its memory, or has come to nothing
     * @throws NotEnoughMemory when it cannot be had; what dom0 was asked for is given back to it
     */
    public MemoryReservations.Reservation reserve(DomainSpec spec, Optional<DomainId> other, OperationRun run) {
        MemoryReservations.Reservation reservation =
                reservations.reserve(spec.uuid().orElseThrow(), other, Planner.needKib(spec));
        try {
            UndoStack.orPutBack(undo -> await(spec, reservation, run, undo));
            return reservation;
        } catch (RuntimeException | Error e) {
            reservation.close();
            throw e;
        }
    }

    private void await(DomainSpec spec, MemoryReservations.Reservation wanted, OperationRun run, UndoStack undo) {
        Duration left = PATIENCE;
        long dom0Before = Long.MAX_VALUE;
        int looks = 0;
        while (true) {
            run.checkCancelled();
            // The domains first: what one takes meanwhile is then counted twice, never not at all.
            List<DomainFacts> domains = host.hypervisor().listDomains();
            long available = free(host.hypervisor().memory()) - wanted.before(domains);
            if (available >= wanted.kib()) {
                return;
            }
            if (looks++ < SECOND_LOOKS && wanted.before(domains) > 0) {
                continue;
            }
            if (!dom0Gives()) {
                throw missing(spec, wanted, available);
            }
            long dom0 = dom0(domains).memoryKib();
            long lowered = lowerDom0(dom0, wanted.kib() - available);
            if (lowered == TOO_LITTLE) {
                throw missing(spec, wanted, available);
            }
            undo.perform(() -> {}, () -> raiseDom0(lowered));
            left = dom0 < dom0Before ? PATIENCE : left.minus(SLICE);
            dom0Before = dom0;
            if (left.isNegative() || left.isZero()) {
                throw missing(spec, wanted, available);
            }
            run.phase("waiting for dom0 to give memory to '" + spec.name() + "'");
            Optional<Boolean> _ = host.store().await(DOM0_TARGET, SLICE, s -> Optional.empty());
        }
    }

    private static NotEnoughMemory missing(DomainSpec spec, MemoryReservations.Reservation wanted, long available) {
        return new NotEnoughMemory(spec.name(), spec.memory().kib(), wanted.kib(), Math.max(0, available));
    }

    /**
     * Asks dom0 for what is missing, beside what it was asked for and has not given yet.
     *
     * @return how much that was, in KiB; {@link #TOO_LITTLE} when it would be left with too little
     */
    private long lowerDom0(long dom0Kib, long missingKib) {
        XenStore store = host.store();
        return store.transaction(t -> {
            Optional<Long> target = MemoryChanges.Targets.read(t, DomainId.DOM0).target();
            long now = target.orElse(dom0Kib);
            long more = missingKib - Math.max(0, dom0Kib - now);
            if (more <= 0) {
                return 0L;
            }
            if (now - more < MemoryChanges.LEAST_DOM0_KIB) {
                return TOO_LITTLE;
            }
            t.write(DOM0_TARGET, Long.toString(now - more));
            return more;
        });
    }

    private void raiseDom0(long kib) {
        if (kib == 0) {
            return;
        }
        host.store()
                .change(t -> MemoryChanges.Targets.read(t, DomainId.DOM0)
                        .target()
                        .ifPresent(now -> t.write(DOM0_TARGET, Long.toString(now + kib))));
    }
}
