package dev.jxl.rest;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** CPUs and memory without a host: remembers what it was asked for. */
final class FakeResources implements Resources {
    final List<Object> changes = new ArrayList<>();
    private final FakeToolstack toolstack;

    FakeResources(FakeToolstack toolstack) {
        this.toolstack = toolstack;
    }

    @Override
    public List<VcpuView> vcpus() {
        return List.of(new VcpuView(3, "web", 0, true, true, false, 1_500_000_000L, Optional.of(1), "all", "0-3"));
    }

    @Override
    public List<VcpuView> vcpus(String reference) {
        toolstack.requireDomain(reference);
        return vcpus();
    }

    @Override
    public List<MemoryView> memory() {
        return List.of(
                new MemoryView(3, "web", 262144, 0, 0, Optional.of(262144L), Optional.of(524288L), Optional.empty()));
    }

    @Override
    public MemoryView memory(String reference) {
        toolstack.requireDomain(reference);
        return memory().getFirst();
    }

    @Override
    public ShareView share(String reference) {
        toolstack.requireDomain(reference);
        return shares().getFirst();
    }

    @Override
    public List<ShareView> shares() {
        return List.of(new ShareView(
                3,
                "web",
                0,
                "credit2",
                Optional.of(256),
                Optional.of(0),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of()));
    }

    @Override
    public List<UptimeView> uptimes() {
        return List.of(new UptimeView(0, "Domain-0", 100));
    }

    @Override
    public OperationView change(String reference, DomainChange change) {
        toolstack.requireDomain(reference);
        changes.add(change);
        return toolstack.begin("change", reference, Optional.of(3), List.of());
    }

    @Override
    public List<CpuPoolView> cpuPools() {
        return List.of(new CpuPoolView(
                0, "Pool-0", "credit2", List.of(0, 1), 2, Optional.empty(), Optional.of(1000), Optional.empty()));
    }

    @Override
    public CpuPoolView requireCpuPool(String reference) {
        return cpuPools().stream()
                .filter(pool -> pool.name().equals(reference))
                .findFirst()
                .orElseThrow(() -> new ToolstackException.CpuPoolNotFound(reference));
    }

    @Override
    public CpuPoolChange.Create readCpuPool(String xlCfg, List<String> overrides, String sourceName, String name) {
        changes.add(xlCfg + overrides + sourceName);
        return new CpuPoolChange.Create(name, Optional.empty(), Optional.empty());
    }

    @Override
    public CpuPoolView planCpuPool(CpuPoolChange.Create wish) {
        return new CpuPoolView(
                -1,
                wish.name(),
                wish.scheduler().orElse("credit2"),
                List.of(),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Override
    public OperationView changePools(CpuPoolChange change) {
        changes.add(change);
        return toolstack.begin("cpupool", "cpupools", Optional.empty(), List.of());
    }

    @Override
    public NumaView numa() {
        return new NumaView(
                List.of(new NumaView.CpuPlace(0, 0, 0, 0)),
                List.of(new NumaView.NodeView(0, 4194304, 2097152, List.of(10))),
                List.of(),
                List.of(3));
    }

    @Override
    public void sendDebugKeys(String keys) {
        changes.add("keys " + keys);
    }

    @Override
    public void setParameters(String parameters) {
        changes.add("parameters " + parameters);
    }
}
