package dev.jxl.xld.host.sim;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.GuestType;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.CpuPolicy;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.Hypervisor;
import java.util.List;
import java.util.Optional;

/** The port to the simulated hypervisor. */
final class SimHypervisor implements Hypervisor {
    private final Incarnation life;
    private final SimWorld world;
    private final SimXen xen;

    SimHypervisor(Incarnation life, SimWorld world) {
        this.life = life;
        this.world = world;
        this.xen = world.xen();
    }

    @Override
    public String log(boolean clear) {
        return life.call("hypervisor.log", () -> xen.log(clear));
    }

    @Override
    public void sendDebugKeys(String keys) {
        life.perform("hypervisor.sendDebugKeys", () -> xen.say("'" + keys + "' pressed (simulated: no answer)"));
    }

    @Override
    public void changeParameter(String name, String value) {
        life.perform(
                "hypervisor.changeParameter " + name, () -> xen.say("parameter " + name + " is " + value + " now"));
    }

    @Override
    public long dom0UptimeSeconds() {
        return life.call("hypervisor.dom0UptimeSeconds", () -> xen.dom0().cpuTimeNanos() / 1_000_000_000L);
    }

    @Override
    public List<DomainFacts> listDomains() {
        return life.call("hypervisor.listDomains", xen::list);
    }

    @Override
    public Optional<DomainFacts> find(DomainId domain) {
        return life.call(
                "hypervisor.find " + domain,
                () -> domain.equals(DomainId.DOM0)
                        ? Optional.of(xen.dom0())
                        : xen.find(domain).map(SimDomain::facts));
    }

    @Override
    public List<String> listHolders(DomainId domain) {
        return life.call(
                "hypervisor.listHolders " + domain,
                () -> xen.find(domain)
                        .map(held -> held.holders().stream().sorted().toList())
                        .orElse(List.of()));
    }

    @Override
    public boolean isPortBound(DomainId domain, int port, DomainId by) {
        return life.call(
                "hypervisor.isPortBound " + domain,
                () -> world.driver(by)
                        .filter(driver -> driver.hasPortOf(domain, port))
                        .isPresent());
    }

    @Override
    public MemoryFacts memory() {
        return life.call("hypervisor.memory", xen::memory);
    }

    @Override
    public void pause(DomainId domain) {
        life.perform("hypervisor.pause " + domain, () -> xen.pause(domain));
    }

    @Override
    public void unpause(DomainId domain) {
        life.perform("hypervisor.unpause " + domain, () -> xen.unpause(domain));
    }

    @Override
    public void resume(DomainId domain) {
        life.perform("hypervisor.resume " + domain, () -> xen.resume(domain));
    }

    @Override
    public void softReset(DomainId domain) {
        life.perform("hypervisor.softReset " + domain, () -> xen.softReset(domain));
    }

    @Override
    public void changeUuid(DomainId domain, DomainUuid uuid) {
        life.perform(
                "hypervisor.changeUuid " + domain, () -> xen.require(domain).changeUuid(uuid));
    }

    @Override
    public void destroy(DomainId domain) {
        life.perform("hypervisor.destroy " + domain, () -> xen.destroy(domain));
    }

    @Override
    public boolean hasPvDrivers(DomainId domain) {
        return life.call(
                "hypervisor.hasPvDrivers " + domain, () -> xen.require(domain).hasPvDrivers());
    }

    @Override
    public CpuPolicy cpuPolicy(DomainId domain) {
        return life.call("hypervisor.cpuPolicy " + domain, () -> xen.cpus().policyOf(domain));
    }

    @Override
    public CpuPolicy mostCpuPolicy(GuestType type) {
        return life.call("hypervisor.mostCpuPolicy", () -> xen.cpus().policy());
    }

    /** A guest takes a power button's press as Linux does; it sleeps through the rest. */
    @Override
    public void trigger(DomainId domain, Trigger trigger, int vcpu) {
        life.perform("hypervisor.trigger " + domain + " " + trigger, () -> {
            SimDomain guest = xen.require(domain);
            boolean button = trigger == Trigger.POWER || trigger == Trigger.SLEEP;
            if (button && guest.spec.type() != GuestType.HVM) {
                throw new ToolstackException.WrongState(
                        "domain " + domain + " is " + guest.spec.type().word() + " and has no such button");
            }
            if (trigger == Trigger.POWER) {
                xen.stop(guest, ShutdownReason.POWEROFF);
            }
            if (trigger == Trigger.RESET) {
                xen.stop(guest, ShutdownReason.REBOOT);
            }
        });
    }
}
