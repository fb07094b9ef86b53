package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.memory.MemoryXenStore;
import dev.jxl.xld.api.HostPci;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.PciDeviceView;
import java.util.Optional;

/** Tests with the network card of a simulated machine that is kept for guests. */
abstract class PciCards extends OneSimulatedHost {
    static final String CARD = "0000:04:00.0";

    final HostPci pci() {
        return daemon.toolstack().pci();
    }

    final PciDeviceView device(String address) {
        return pci().devices().stream()
                .filter(d -> d.address().equals(address))
                .findFirst()
                .orElseThrow();
    }

    final void keep(String address, Optional<String> name) {
        OperationView ended = daemon.end(pci().makeAssignable(address, name, false));
        assertThat(ended.failure()).isEmpty();
    }

    final Optional<String> note(String note) {
        return found("/" + note);
    }

    final Optional<String> found(String below) {
        try (MemoryXenStore store = daemon.world().storeAs(DomainId.DOM0)) {
            return store.find("/libxl/pci/0000-04-00-0" + below);
        }
    }

    final void assertBackWithItsDriver(String when) {
        assertThat(device(CARD).driver()).as(when).hasValue("e1000e");
        assertThat(daemon.world().pci().owners()).as(when).isEmpty();
        assertThat(note("driver_path").or(() -> note("name"))).as(when).isEmpty();
    }

    final String give(String type, String... devices) {
        OperationView made = daemon.create(
                SimulatedDaemon.configuration("g", type, "pci = [ \"" + String.join("\", \"", devices) + "\" ]"));
        assertThat(made.failure()).isEmpty();
        return String.valueOf(daemon.find("g").orElseThrow().domid());
    }

    final String node(String path) {
        try (MemoryXenStore store = daemon.world().storeAs(DomainId.DOM0)) {
            return store.find(path).orElse("");
        }
    }
}
