package dev.jxl.xld.engine.resource;

import dev.jxl.config.xl.XlCpuPool;
import dev.jxl.xld.api.CpuPoolChange;
import dev.jxl.xld.api.CpuPoolView;
import dev.jxl.xld.api.DomainChange;
import dev.jxl.xld.api.MemoryView;
import dev.jxl.xld.api.NumaView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.Resources;
import dev.jxl.xld.api.ShareView;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.api.UptimeView;
import dev.jxl.xld.api.VcpuView;
import dev.jxl.xld.engine.domain.Domains;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.model.DomainState;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** CPUs and memory of the host and its domains. */
public final class HostResources implements Resources {
    private static final Pattern DEBUG_KEYS = Pattern.compile("[!-~]{1,32}");
    private static final Pattern PARAMETER = Pattern.compile("(?<name>[A-Za-z0-9_.-]{1,64})(=(?<value>[!-~]{0,256}))?");

    private final Host host;
    private final Domains domains;
    private final Clock clock;
    private final ResourceViews views;
    private final VcpuChanges vcpuChanges;
    private final MemoryChanges memoryChanges;
    private final ShareChanges shareChanges;
    private final PoolChanges poolChanges;

    /** What is changed of a domain is remembered where jxl answers for it. */
    public HostResources(Host host, Domains domains, Managed managed, Operations operations, Clock clock) {
        this.host = host;
        this.domains = domains;
        this.clock = clock;
        PoolNames names = new PoolNames(host);
        Remembered remembered = new Remembered(host, managed);
        this.views = new ResourceViews(host, names);
        this.vcpuChanges = new VcpuChanges(host, operations, remembered);
        this.memoryChanges = new MemoryChanges(host, operations, remembered);
        this.shareChanges = new ShareChanges(host, operations, remembered, names);
        this.poolChanges = new PoolChanges(host, operations, names);
    }

    /** Clears what interrupted changes of cpupools left. */
    public void recover(List<OperationView> open) {
        if (open.stream()
                .map(OperationView::kind)
                .anyMatch(Set.of("cpupool-create", "cpupool-destroy", "cpupool-numa-split")::contains)) {
            poolChanges.removeNameless();
        }
    }

    @Override
    public List<VcpuView> vcpus() {
        return views.vcpus(domains.list());
    }

    @Override
    public List<VcpuView> vcpus(String nameUuidOrDomid) {
        return views.vcpus(List.of(domains.require(nameUuidOrDomid)));
    }

    @Override
    public List<MemoryView> memory() {
        return views.memory(domains.list());
    }

    @Override
    public MemoryView memory(String nameUuidOrDomid) {
        return only(views.memory(List.of(domains.require(nameUuidOrDomid))), nameUuidOrDomid);
    }

    @Override
    public ShareView share(String nameUuidOrDomid) {
        return only(views.shares(List.of(domains.require(nameUuidOrDomid))), nameUuidOrDomid);
    }

    private static <T> T only(List<T> views, String reference) {
        if (views.isEmpty()) {
            throw new ToolstackException.DomainNotFound(reference);
        }
        return views.getFirst();
    }

    @Override
    public List<ShareView> shares() {
        return views.shares(domains.list());
    }

    @Override
    public List<UptimeView> uptimes() {
        return Uptimes.list(host, domains.list(), clock.instant());
    }

    @Override
    public OperationView change(String nameUuidOrDomid, DomainChange change) {
        Found domain = domains.require(nameUuidOrDomid);
        refuseUnlessAlive(domain);
        OperationRun run = switch (change) {
            case DomainChange.Pin pin -> vcpuChanges.pin(domain, pin);
            case DomainChange.SetVcpus set -> vcpuChanges.setOnline(domain, set);
            case DomainChange.SetMemory set -> memoryChanges.setTarget(domain, set);
            case DomainChange.SetMaxMemory set -> memoryChanges.setMaximum(domain, set);
            case DomainChange.SetShare set -> shareChanges.setShare(domain, set);
            case DomainChange.SetBudgets set -> shareChanges.setBudgets(domain, set);
            case DomainChange.MoveToPool move -> shareChanges.moveToPool(domain, move);
        };
        return run.view();
    }

    private static void refuseUnlessAlive(Found domain) {
        if (domain.state() instanceof DomainState.Dying || domain.state() instanceof DomainState.Shell) {
            throw new ToolstackException.WrongState("domain '" + domain.name() + "' cannot be changed: it is "
                    + (domain.state() instanceof DomainState.Dying ? "being torn down" : "not complete"));
        }
    }

    @Override
    public List<CpuPoolView> cpuPools() {
        return views.pools();
    }

    @Override
    public CpuPoolView requireCpuPool(String nameOrNumber) {
        return views.pool(nameOrNumber);
    }

    @Override
    public CpuPoolChange.Create readCpuPool(String xlCfg, List<String> overrides, String sourceName, String name) {
        XlCpuPool read = XlCpuPool.read(xlCfg, overrides);
        if (!read.usable()) {
            throw new ToolstackException.InvalidSpec(sourceName, read.problems());
        }
        return new CpuPoolChange.Create(read.name().orElse(name), read.scheduler(), read.cpus());
    }

    @Override
    public CpuPoolView planCpuPool(CpuPoolChange.Create wish) {
        return poolChanges.plan(wish);
    }

    @Override
    public OperationView changePools(CpuPoolChange change) {
        return poolChanges.start(change).view();
    }

    @Override
    public NumaView numa() {
        return views.numa();
    }

    @Override
    public void sendDebugKeys(String keys) {
        if (!DEBUG_KEYS.matcher(keys).matches()) {
            throw new ToolstackException.InvalidRequest(
                    "debug keys are 1 to 32 printable characters: 'h' makes Xen list them in its log");
        }
        host.hypervisor().sendDebugKeys(keys);
    }

    /** @source tools/libs/light/libxl.c: libxl_set_parameters */
    @Override
    public void setParameters(String parameters) {
        List<Matcher> all = Pattern.compile("\\s+")
                .splitAsStream(parameters.strip())
                .map(HostResources::parameter)
                .toList();
        for (Matcher parameter : all) {
            String name = parameter.group("name");
            String value = parameter.group("value");
            if (value == null && name.startsWith("no-")) {
                host.hypervisor().changeParameter(name.substring(3), "no");
            } else if (value == null && name.startsWith("no")) {
                host.hypervisor().changeParameter(name.substring(2), "no");
            } else {
                host.hypervisor().changeParameter(name, value == null ? "yes" : value);
            }
        }
    }

    private static Matcher parameter(String word) {
        Matcher m = PARAMETER.matcher(word);
        if (!m.matches()) {
            throw new ToolstackException.InvalidRequest(
                    "'" + word + "' is no parameter of Xen: they are written as name=value, name or no-name");
        }
        return m;
    }
}
