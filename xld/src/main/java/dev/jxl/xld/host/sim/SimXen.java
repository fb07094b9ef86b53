package dev.jxl.xld.host.sim;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.Hypervisor.MemoryFacts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The simulated hypervisor: domains, memory, its log. Takes a domain's gate before its own lock, never the other way. */
final class SimXen {
    /** What Xen itself takes of the host's memory. */
    private static final long XEN_KIB = 64 * 1024L;

    private static final int LOG_LINES = 2000;
    private final SimSettings settings;
    private final long bootNanos;
    private final TreeMap<Integer, SimDomain> domains = new TreeMap<>();
    private final Deque<String> log = new ArrayDeque<>();
    private final List<Consumer<? super SimDomain>> starts = new ArrayList<>();
    private final List<Consumer<? super SimDomain>> resets = new ArrayList<>();
    private final List<Runnable> releases = new ArrayList<>();
    private final List<Consumer<? super SimDomain>> ends = new ArrayList<>();
    private final Object claims = new Object();
    private final SimCpus cpus;
    private int nextDomid = 1;
    private volatile long dom0Kib;
    private volatile int dom0Vcpus;

    SimXen(SimSettings settings) {
        this.settings = settings;
        this.cpus = new SimCpus(settings);
        this.dom0Vcpus = settings.cpus();
        this.dom0Kib = settings.dom0Memory().kib();
        this.bootNanos = settings.clockNanos().getAsLong();
        say("Xen version 4.20.2 (simulated)");
        say("System RAM: " + settings.totalMemory().mib() + "MB ("
                + settings.totalMemory().kib() + "kB)");
        say("Brought up " + settings.cpus() + " CPUs");
    }

    SimCpus cpus() {
        return cpus;
    }

    /** A guest's balloon: it gives memory back, or takes what it may and the host has. */
    void balloon(SimDomain domain, long kib) {
        synchronized (claims) {
            long used = domain.usedKib();
            MemoryFacts memory = memory();
            long most = used + Math.max(0, memory.freeKib() - memory.outstandingKib());
            domain.setMemory(Math.min(kib, Math.min(domain.limitKib(), most)), domain.claimedKib());
        }
    }

    /** dom0's kernel switches its vCPUs on or off. */
    void bringDom0Online(int vcpus) {
        if (vcpus > 0) {
            dom0Vcpus = Math.min(vcpus, settings.cpus());
        }
    }

    /** dom0's balloon. */
    void balloonDom0(long kib) {
        synchronized (claims) {
            MemoryFacts memory = memory();
            long most = dom0Kib + Math.max(0, memory.freeKib() - memory.outstandingKib());
            dom0Kib = Math.min(kib, Math.min(settings.dom0Memory().kib(), most));
        }
    }

    /** Called when a guest's vCPUs run for the first time. */
    void onStart(Consumer<? super SimDomain> listener) {
        starts.add(listener);
    }

    /** Called when a domain has been reset, before its guest goes on. */
    void onReset(Consumer<? super SimDomain> listener) {
        resets.add(listener);
    }

    /** Called when a domain has stopped or is gone: what xenstored makes {@code @releaseDomain} of. */
    void onRelease(Runnable listener) {
        releases.add(listener);
    }

    /** Called when a domain is gone for good. */
    void onEnd(Consumer<? super SimDomain> listener) {
        ends.add(listener);
    }

    synchronized void say(String line) {
        double seconds = (settings.clockNanos().getAsLong() - bootNanos) / 1e9;
        log.addLast(String.format(Locale.ROOT, "(XEN) [%12.6f] %s", seconds, line));
        if (log.size() > LOG_LINES) {
            log.removeFirst();
        }
    }

    synchronized String log(boolean clear) {
        String text = log.isEmpty() ? "" : String.join("\n", log) + "\n";
        if (clear) {
            log.clear();
        }
        return text;
    }

    synchronized SimDomain create(DomainSpec spec, DomainUuid uuid, Optional<DomainId> wanted, int pool) {
        if (wanted.isPresent() && domains.containsKey(wanted.get().value())) {
            throw new ToolstackException.HypercallRefused(
                    "xc_domain_create for domain " + wanted.get() + " failed: EEXIST", null);
        }
        DomainId id = wanted.orElseGet(this::nextFree);
        SimDomain domain = new SimDomain(id, uuid, spec, settings.clockNanos(), () -> cpus.poolOf(id));
        cpus.enter(id, pool);
        domains.put(id.value(), domain);
        return domain;
    }

    private DomainId nextFree() {
        while (domains.containsKey(nextDomid)) {
            nextDomid = next(nextDomid);
        }
        DomainId free = new DomainId(nextDomid);
        nextDomid = next(nextDomid);
        return free;
    }

    private static int next(int domid) {
        return domid + 1 >= DomainId.FIRST_RESERVED ? 1 : domid + 1;
    }

    synchronized Optional<SimDomain> find(DomainId id) {
        return Optional.ofNullable(domains.get(id.value()));
    }

    SimDomain require(DomainId id) {
        return find(id).orElseThrow(() -> new ToolstackException.DomainNotFound(id.toString()));
    }

    private synchronized List<SimDomain> all() {
        return List.copyOf(domains.values());
    }

    List<DomainFacts> list() {
        List<DomainFacts> facts = new ArrayList<>();
        facts.add(dom0());
        all().forEach(domain -> facts.add(domain.facts()));
        return facts;
    }

    DomainFacts dom0() {
        return new DomainFacts(
                DomainId.DOM0,
                DomainUuid.ofBytes(new byte[16]),
                new DomainFacts.Flags(false, false, false, false, false, true),
                Optional.empty(),
                dom0Kib,
                settings.dom0Memory().kib(),
                0,
                settings.clockNanos().getAsLong() - bootNanos,
                dom0Vcpus,
                settings.cpus(),
                cpus.poolOf(DomainId.DOM0));
    }

    MemoryFacts memory() {
        long used = 0;
        long claimed = 0;
        for (SimDomain domain : all()) {
            used += domain.usedKib();
            claimed += domain.claimedKib();
        }
        long free = settings.totalMemory().kib() - dom0Kib - XEN_KIB - used;
        return new MemoryFacts(settings.totalMemory().kib(), free, claimed);
    }

    /** Promises memory to a domain; Xen refuses what it does not have. */
    void claim(SimDomain domain, long kib) {
        synchronized (claims) {
            MemoryFacts memory = memory();
            if (kib > memory.freeKib() - memory.outstandingKib()) {
                throw new ToolstackException.HypercallRefused(
                        "xc_domain_claim_pages for domain " + domain.id + " failed: ENOMEM (" + kib + " KiB asked, "
                                + (memory.freeKib() - memory.outstandingKib()) + " KiB free)",
                        null);
            }
            domain.setMemory(domain.usedKib(), kib);
        }
    }

    void pause(DomainId id) {
        require(id).pause();
    }

    void unpause(DomainId id) {
        SimDomain domain = require(id);
        if (!domain.unpause()) {
            throw new ToolstackException.HypercallRefused(
                    "xc_domain_unpause for domain " + id + " failed: EINVAL (it is not paused)", null);
        }
        startIfRunnable(domain);
    }

    /** Starts the guest when it is built and not paused, once. */
    void startIfRunnable(SimDomain domain) {
        if (domain.startOnce()) {
            starts.forEach(listener -> listener.accept(domain));
        }
    }

    /** The guest stops by itself. */
    void stop(SimDomain domain, ShutdownReason reason) {
        if (domain.stop(reason)) {
            if (reason == ShutdownReason.CRASH) {
                say("Domain " + domain.id + " crashed");
            } else if (reason == ShutdownReason.WATCHDOG) {
                say("Watchdog timer fired for domain " + domain.id);
            }
            releases.forEach(Runnable::run);
        }
    }

    void resume(DomainId id) {
        SimDomain domain = require(id);
        if (!domain.resume()) {
            throw new ToolstackException.HypercallRefused(
                    "xc_domain_resume for domain " + id + " failed: EINVAL (it is not suspended)", null);
        }
        starts.forEach(listener -> listener.accept(domain));
    }

    /** Grants that somebody still maps are only told of. @source xen/common/grant_table.c: grant_table_warn_active_grants */
    void softReset(DomainId id) {
        SimDomain domain = require(id);
        if (!domain.softReset()) {
            throw new ToolstackException.HypercallRefused(
                    "xc_domain_soft_reset for domain " + id
                            + " failed: EINVAL (it is PV, not paused, or has not shut itself down)",
                    null);
        }
        domain.holders().forEach(holder -> say("d" + id + " has active grants (" + holder + ")"));
        resets.forEach(listener -> listener.accept(domain));
    }

    void destroy(DomainId id) {
        SimDomain domain = require(id);
        if (domain.end()) {
            forget(domain);
        } else {
            releases.forEach(Runnable::run);
        }
    }

    /** Ends a domain whoever holds its pages: the machine is switched off. */
    void crush(SimDomain domain) {
        domain.end();
        domain.holders().forEach(holder -> letGo(domain, holder));
    }

    void letGo(SimDomain domain, String holder) {
        if (domain.letGo(holder)) {
            forget(domain);
        }
    }

    private void forget(SimDomain domain) {
        synchronized (this) {
            domains.remove(domain.id.value(), domain);
        }
        cpus.leave(domain.id);
        ends.forEach(listener -> listener.accept(domain));
        releases.forEach(Runnable::run);
    }
}
