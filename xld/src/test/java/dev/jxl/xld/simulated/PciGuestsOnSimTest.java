package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.memory.MemoryXenStore;
import dev.jxl.xld.api.DeviceKind;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.ToolstackException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Guests that have PCI devices of the simulated machine, from their start or while they run. */
@Timeout(120)
class PciGuestsOnSimTest extends PciCards {
    @ParameterizedTest
    @ValueSource(strings = {"pv", "hvm"})
    void guestWithDevices_hasThem_andGivesThemBackWhenItEnds(String type) {
        keep("03:00.0", Optional.empty());
        keep(CARD, Optional.of("spare"));

        String d = give(type, "03:00.0", "name=spare,permissive=1,rdm_policy=relaxed");

        assertThat(daemon.world().pci().owners())
                .containsExactly(
                        "0000:03:00.0 " + d, "0000:03:00.0 permitted " + d, CARD + " " + d, CARD + " permitted " + d);
        assertThat(device(CARD).domid()).hasValue(Integer.parseInt(d));
        assertThat(device(CARD).assignable()).isFalse();
        String backend = "/local/domain/0/backend/pci/" + d + "/0/";
        assertThat(node(backend + "num_devs")).isEqualTo("2");
        assertThat(node(backend + "dev-1")).isEqualTo(CARD);
        assertThat(node(backend + "name-1")).isEqualTo("spare");
        assertThat(node(backend + "opts-1")).isEqualTo("msitranslate=0,power_mgmt=0,permissive=1,rdm_policy=relaxed");
        assertThat(node(backend + "vdevfn-0")).isEqualTo(type.equals("hvm") ? "28" : "");

        assertThat(daemon.act("g", new DomainAction.Destroy()).failure()).isEmpty();
        assertThat(daemon.world().pci().owners()).containsExactly("0000:03:00.0 quarantine", CARD + " quarantine");
        assertThat(device(CARD).assignable()).isTrue();
        assertThat(node(backend + "num_devs") + node("/libxl/pci/0000-04-00-0/domid"))
                .isEmpty();
    }

    @Test
    void seizedDevice_isTakenFromItsDriver_andStaysKeptForGuests() {
        give("pv", CARD + ",seize=1");

        assertThat(device(CARD).driver()).hasValue("pciback");
        daemon.act("g", new DomainAction.Destroy());
        assertThat(device(CARD).assignable()).isTrue();
        assertThat(daemon.end(pci().endAssignable(CARD, true)).failure()).isEmpty();
        assertBackWithItsDriver("after seizing");
    }

    @Test
    void deviceOfAGuest_isNobodyElses() {
        keep(CARD, Optional.empty());
        String d = give("pv", CARD);

        assertThatThrownBy(() -> pci().makeAssignable(CARD, Optional.of("mine"), true))
                .isInstanceOf(ToolstackException.WrongState.class)
                .hasMessageContaining("belongs to domain " + d);
        assertThatThrownBy(() -> pci().endAssignable(CARD, true))
                .isInstanceOf(ToolstackException.WrongState.class)
                .hasMessageContaining("jxl pci-detach " + d + " " + CARD);
        assertThatThrownBy(() -> daemon.create(SimulatedDaemon.configuration("h", "pv", "pci = [ \"" + CARD + "\" ]")))
                .isInstanceOf(ToolstackException.InvalidSpec.class)
                .hasMessageContaining("belongs to domain " + d);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pv  | pci=[\"09:00.0\"]                                 | there is no PCI device 0000:09:00.0",
                "pv  | pci=[\"04:00.0\"]                                 | jxl pci-assignable-add 0000:04:00.0",
                "pv  | pci=[\"00:1f.2,seize=1\"]                         | its disk sda1 is mounted",
                "pv  | pci=[\"name=lost\"]                               | no PCI device is named 'lost'",
                "pv  | pci=[\"03:00.0\",\"03:00.0\"]                     | is named twice",
                "pv  | pci=[\"03:00.0\"];passthrough=\"disabled\"        | leave one of the two out",
                "hvm | pci=[\"03:00.0\"];dm_restrict=1                   | locks up cannot reach",
                "hvm | pci=[\"03:00.0\"];maxmem=512                      | maxmem must be memory",
                "pvh | pci=[\"03:00.0\"]                                 | cannot give devices of the host to PVH guests",
                "pv  | pci=[\"03:00.*\"]                                 | all functions of a device at once",
                "pv  | ioports=[\"fff8-10007\"]                            | I/O ports fff8-10007: there are the ports 0-ffff",
                "pvh | irqs=[4294967294]                                 | there is no interrupt 4294967294",
                "hvm | rdm=\"strategy=host\"                             | strategy=host is not supported yet",
            })
    void whatCannotBeGiven_isRefusedBeforeAnythingIsDone(String type, String settings, String reason) {
        keep("03:00.0", Optional.empty());
        String more = settings.replace(';', '\n');

        assertThatThrownBy(() -> daemon.create(SimulatedDaemon.configuration("g", type, more)))
                .isInstanceOf(ToolstackException.InvalidSpec.class)
                .hasMessageContaining(reason);
        assertThat(daemon.find("g")).isEmpty();
        assertThat(daemon.world().pci().owners()).containsExactly("0000:03:00.0 quarantine");
    }

    @Test
    void hostWithoutIommu_givesNoDevices() {
        keep(CARD, Optional.empty());
        daemon.world().pci().setIommu(false);

        assertThatThrownBy(() -> daemon.create(SimulatedDaemon.configuration("g", "hvm", "pci = [ \"" + CARD + "\" ]")))
                .hasMessageContaining("Xen has no IOMMU");
    }

    private void plug(String address) {
        assertThat(daemon.end(daemon.toolstack().attach("g", HotplugOnSimTest.pci(address)))
                        .failure())
                .isEmpty();
    }

    private OperationView unplug(String device, boolean force) {
        return daemon.end(daemon.toolstack().detach("g", DeviceKind.PCI, device, force));
    }

    private List<String> plugged() {
        return daemon.toolstack().devices("g", DeviceKind.PCI).stream()
                .map(device -> device.devid() + " " + device.name() + " "
                        + device.settings().getOrDefault("vdevfn", "-"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pv", "hvm"})
    void devices_comeToAGuestThatRuns_andGo(String type) {
        keep("03:00.0", Optional.empty());
        keep(CARD, Optional.of("spare"));
        assertThat(daemon.create(SimulatedDaemon.configuration("g", type, "passthrough=\"enabled\""))
                        .failure())
                .isEmpty();
        String d = String.valueOf(daemon.find("g").orElseThrow().domid());
        daemon.awaitReady("g");

        plug("03:00.0");
        plug("name=spare");
        boolean pv = type.equals("pv");
        assertThat(plugged()).containsExactly("0 0000:03:00.0 " + (pv ? "-" : "28"), "1 " + CARD + (pv ? " -" : " 30"));
        assertThat(daemon.toolstack().configOf("g").libxlJson()).contains("pcidevs");
        assertThat(note("jxl-unfinished")).isEmpty();

        assertThat(unplug("03:00.0", false).failure()).isEmpty();
        assertThat(plugged()).containsExactly("0 " + CARD + (pv ? " -" : " 30"));
        assertThat(daemon.world().pci().owners())
                .containsExactly("0000:03:00.0 quarantine", CARD + " " + d, CARD + " permitted " + d);
        assertThat(unplug("spare", !pv).failure()).isEmpty();
        assertThat(plugged()).isEmpty();
        assertThat(daemon.toolstack().configOf("g").libxlJson()).doesNotContain("pcidevs");
        assertThat(device(CARD).assignable()).isTrue();
        assertThat(node("/local/domain/0/backend/pci/" + d + "/0/state")).isEmpty();
    }

    @Test
    void deviceThatAGuestWasMadeWith_canGoAndComeAgain() {
        keep(CARD, Optional.of("spare"));
        give("pv", "name=spare");
        daemon.awaitReady("g");

        assertThat(unplug(CARD, false).failure()).isEmpty();
        assertThat(plugged()).isEmpty();
        plug(CARD);
        assertThat(plugged()).containsExactly("0 " + CARD + " -");
    }

    @Test
    void pluggedDevice_staysOverAReboot() {
        keep(CARD, Optional.empty());
        daemon.create(SimulatedDaemon.configuration("g", "pv", "passthrough=\"enabled\""));
        daemon.awaitReady("g");
        plug(CARD);
        assertThat(daemon.act("g", new DomainAction.Reboot(false, true)).failure())
                .isEmpty();

        assertThat(plugged()).containsExactly("0 " + CARD + " -");
    }

    @Test
    void whatCannotBePlugged_isSaid() {
        keep(CARD, Optional.empty());
        daemon.create(SimulatedDaemon.configuration("g", "pv", ""));
        assertThatThrownBy(() -> plug(CARD))
                .isInstanceOf(ToolstackException.WrongState.class)
                .hasMessageContaining("passthrough=\"enabled\"");
        assertThatThrownBy(() -> unplug(CARD, false)).isInstanceOf(ToolstackException.DeviceNotFound.class);
        daemon.act("g", new DomainAction.Destroy());
        daemon.create(SimulatedDaemon.configuration("g", "pvh", ""));
        assertThatThrownBy(() -> plug(CARD)).isInstanceOf(ToolstackException.class);
    }

    @Test
    void claimOfADomainThatIsGone_isNoClaim() {
        keep(CARD, Optional.empty());
        try (MemoryXenStore store = daemon.world().storeAs(DomainId.DOM0)) {
            store.write("/libxl/pci/0000-04-00-0/domid", "4711");
        }

        assertThat(device(CARD).assignable()).isTrue();
        String d = give("pv", CARD);
        assertThat(node("/libxl/pci/0000-04-00-0/domid")).isEqualTo(d);
    }
}
