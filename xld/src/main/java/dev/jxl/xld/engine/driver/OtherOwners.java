package dev.jxl.xld.engine.driver;

import dev.jxl.config.DomainId;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.OtherToolstacks.XlMonitor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Who, other than jxl, looks after the guests of a host: xl's process that waits for the guest's end, or libvirt's daemon. In doubt somebody
 * does. Asks for the processes once, and only when it has to. For one thread.
 */
public final class OtherOwners {
    private final Host host;
    private final Map<DomainId, Found> byNumber;
    private Optional<List<XlMonitor>> monitors = Optional.empty();

    /** Of a host whose domains these are. */
    public OtherOwners(Host host, List<Found> all) {
        this.host = host;
        this.byNumber = all.stream().collect(Collectors.toMap(Found::id, f -> f));
    }

    /**
     * What looks after a guest, or may do so, half a sentence.
     *
     * @throws dev.jxl.xld.api.ToolstackException.FileFailed when the processes cannot be listed
     */
    public Optional<String> find(Found guest) {
        if (host.otherToolstacks().madeByLibvirt(guest.id(), guest.uuid())) {
            return host.otherToolstacks().findLibvirt().map(name -> "libvirt made it, and its " + name + " runs");
        }
        return monitors().stream()
                .filter(monitor -> mayWaitFor(monitor, guest.id()))
                .findFirst()
                .map(monitor -> "process " + monitor.pid() + " (" + monitor.command() + ") "
                        + (monitor.waitsFor().equals(Optional.of(guest.id()))
                                ? "looks after it"
                                : "may be what looks after it"));
    }

    private List<XlMonitor> monitors() {
        if (monitors.isEmpty()) {
            monitors = Optional.of(host.otherToolstacks().listMonitors());
        }
        return monitors.get();
    }

    /** One that waits for a domain that is there and has not stopped looks after that one; else it may be making another one just now. */
    private boolean mayWaitFor(XlMonitor monitor, DomainId guest) {
        return monitor.waitsFor()
                .filter(other -> !other.equals(guest))
                .flatMap(other -> Optional.ofNullable(byNumber.get(other)))
                .map(Found::facts)
                .filter(f -> !f.flags().dying())
                .filter(f -> !f.flags().shutdown() || f.shutdownReason().equals(Optional.of(ShutdownReason.SUSPEND)))
                .isEmpty();
    }
}
