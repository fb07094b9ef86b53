package dev.jxl.xld.engine.move;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.host.CpuPools;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.Scheduler;
import dev.jxl.xld.host.Shares.Credit;
import dev.jxl.xld.store.Database.StoreFailure;
import dev.jxl.xld.store.LoweredCaps;
import dev.jxl.xld.store.LoweredCaps.Lowered;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * Slows guests that write faster than their memory can be sent, by their scheduler's cap, and lets them loose again. What a cap was is
 * written down before it is lowered.
 */
public final class Brakes {
    private static final System.Logger LOG = System.getLogger(Brakes.class.getName());

    /** Of the CPU time that a guest can have. */
    private static final List<Integer> STEPS = List.of(70, 50, 30);

    private static final int PERCENT = 100;

    private final Host host;
    private final LoweredCaps records;
    private final DomainLog log;

    /** What was lowered is in {@code records}, and told to the log. */
    public Brakes(Host host, LoweredCaps records, DomainLog log) {
        this.host = host;
        this.records = records;
        this.log = log;
    }

    /** Refuses a guest whose scheduler has no cap. */
    void requirePossible(Found domain) {
        Scheduler scheduler = scheduler(domain.facts());
        if (!hasCap(scheduler)) {
            throw new ToolstackException.WrongState("domain '" + domain.name() + "' is in cpupool "
                    + domain.facts().cpupool() + " with the " + scheduler.word()
                    + " scheduler, which has no cap that could slow it: without --auto-converge it can be sent, or from a cpupool with"
                    + " credit2 or credit");
        }
    }

    private Scheduler scheduler(DomainFacts facts) {
        return host.cpuPools().list().stream()
                .filter(pool -> pool.id() == facts.cpupool())
                .map(CpuPools.Pool::scheduler)
                .findFirst()
                .orElse(Scheduler.UNKNOWN);
    }

    private static boolean hasCap(Scheduler scheduler) {
        return scheduler == Scheduler.CREDIT || scheduler == Scheduler.CREDIT2;
    }

    /**
     * Slows a guest by one more step.
     *
     * @param pressed how many steps it has been slowed by already
     * @return how many percent of its CPU time it has now; empty when it is as slow as it gets
     */
    OptionalInt press(Found domain, int pressed) {
        Optional<DomainFacts> facts = find(domain.id(), domain.uuid().toString());
        if (pressed >= STEPS.size() || facts.isEmpty()) {
            return OptionalInt.empty();
        }
        Scheduler scheduler = scheduler(facts.get());
        if (!hasCap(scheduler)) {
            return OptionalInt.empty();
        }
        Credit now = host.shares().credit(domain.id(), scheduler);
        String uuid = domain.uuid().toString();
        records.add(new Lowered(uuid, domain.id().value(), domain.name(), now.cap()));
        int was = records.list().stream()
                .filter(l -> l.uuid().equals(uuid))
                .findFirst()
                .orElseThrow()
                .cap();
        int all = facts.get().onlineVcpus() * PERCENT;
        int most = was == 0 ? all : Math.min(was, all);
        int percent = STEPS.get(pressed);
        int cap = Math.max(1, most * percent / PERCENT);
        host.shares().give(domain.id(), scheduler, new Credit(now.weight(), cap));
        log.tell(
                "domain.slowed",
                domain.uuid(),
                domain.name(),
                domain.id().value(),
                Map.of("percent", Integer.toString(percent), "cap", Integer.toString(cap)));
        return OptionalInt.of(percent);
    }

    /** Gives a guest its whole time again, unless that is done already; what fails is logged, and done when jxld starts again. */
    void release(Found domain) {
        releaseThose(lowered -> lowered.uuid().equals(domain.uuid().toString()));
    }

    /** The same for all guests that an earlier jxld has slowed. */
    public void releaseAll() {
        releaseThose(lowered -> true);
    }

    /** Never throws for what is out of order here: a guest that is suspended for its migration must get its answer. */
    private void releaseThose(Predicate<Lowered> wanted) {
        try {
            records.list().stream().filter(wanted).forEach(this::releaseOrSay);
        } catch (StoreFailure e) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "which guests were slowed cannot be read: jxld looks when it starts again",
                    e);
        }
    }

    private void releaseOrSay(Lowered lowered) {
        try {
            release(lowered);
        } catch (ToolstackException | XenStoreException | StoreFailure e) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "'" + lowered.name()
                            + "' was slowed for its migration and could not be given its time again: "
                            + e.getMessage() + "; it is tried again when jxld starts, or 'jxl sched-credit2 -d "
                            + lowered.name() + " -c " + lowered.cap() + "' (or sched-credit) does it",
                    e);
        }
    }

    private void release(Lowered lowered) {
        DomainId domain = new DomainId(lowered.domid());
        Optional<DomainFacts> facts = find(domain, lowered.uuid());
        Optional<Scheduler> scheduler = facts.map(this::scheduler).filter(Brakes::hasCap);
        scheduler.ifPresent(s -> {
            // The weight may have been changed meanwhile, by xl.
            int weight = host.shares().credit(domain, s).weight();
            host.shares().give(domain, s, new Credit(weight, lowered.cap()));
        });
        records.remove(lowered.uuid());
        if (facts.isPresent()) {
            log.tell(
                    "domain.slowed-no-more",
                    DomainUuid.parse(lowered.uuid()),
                    lowered.name(),
                    lowered.domid(),
                    Map.of("cap", Integer.toString(lowered.cap())));
        }
    }

    private Optional<DomainFacts> find(DomainId domain, String uuid) {
        return host.hypervisor()
                .find(domain)
                .filter(f -> f.uuid().toString().equals(uuid) && !f.flags().dying());
    }
}
