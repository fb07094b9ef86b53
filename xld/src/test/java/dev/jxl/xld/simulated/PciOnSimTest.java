package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.memory.MemoryXenStore;
import dev.jxl.xld.api.DeviceKind;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.HostPci;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.PciDeviceView;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.sim.DaemonKilled;
import dev.jxl.xld.host.sim.SimFaults;
import dev.jxl.xld.host.sim.SimSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PCI devices that are kept for domains, on the simulated machine. */
@Timeout(120)
class PciOnSimTest {
    private static final String CARD = "0000:04:00.0";

    @TempDir
    Path folder;

    private SimulatedDaemon daemon;

    @BeforeEach
    void start() {
        daemon = new SimulatedDaemon(folder, SimSettings.standard());
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    private HostPci pci() {
        return daemon.toolstack().pci();
    }

    private PciDeviceView device(String address) {
        return pci().devices().stream()
                .filter(d -> d.address().equals(address))
                .findFirst()
                .orElseThrow();
    }

    private void keep(String address, Optional<String> name) {
        OperationView ended = daemon.end(pci().makeAssignable(address, name, false));
        assertThat(ended.failure()).isEmpty();
    }

    private Optional<String> note(String note) {
        return found("/" + note);
    }

    private Optional<String> found(String below) {
        try (MemoryXenStore store = daemon.world().storeAs(DomainId.DOM0)) {
            return store.find("/libxl/pci/0000-04-00-0" + below);
        }
    }

    @Test
    void keptDevice_isPcibacksAndQuarantined_andComesBackToItsDriver() {
        keep("4:0.0", Optional.of("spare"));

        assertThat(device(CARD).driver()).hasValue("pciback");
        assertThat(device(CARD).assignable()).isTrue();
        assertThat(device(CARD).name()).hasValue("spare");
        assertThat(daemon.world().pci().owners()).containsExactly(CARD + " quarantine");
        assertThat(note("driver_path")).hasValue("/sys/bus/pci/drivers/e1000e");

        assertThat(daemon.end(pci().endAssignable("spare", true)).failure()).isEmpty();
        assertThat(device(CARD).driver()).hasValue("e1000e");
        assertThat(device(CARD).name()).isEmpty();
        assertThat(daemon.world().pci().owners()).isEmpty();
        assertThat(found("")).isEmpty();
    }

    @Test
    void keptAgain_onlyGetsTheName() {
        keep(CARD, Optional.empty());
        keep(CARD, Optional.of("net"));

        assertThat(device(CARD).name()).hasValue("net");
        assertThat(note("driver_path")).hasValue("/sys/bus/pci/drivers/e1000e");
    }

    @Test
    void deviceThatDom0Uses_isOnlyTakenByForce() {
        assertThatThrownBy(() -> pci().makeAssignable("00:1f.2", Optional.empty(), false))
                .isInstanceOf(ToolstackException.WrongState.class)
                .hasMessageContaining("its disk sda1 is mounted")
                .hasMessageContaining("-f");
        assertThat(device("0000:00:1f.2").driver()).hasValue("ahci");

        assertThat(daemon.end(pci().makeAssignable("00:1f.2", Optional.empty(), true))
                        .failure())
                .isEmpty();
        assertThat(device("0000:00:1f.2").driver()).hasValue("pciback");
    }

    @Test
    void mistakes_areNamed() {
        assertThatThrownBy(() -> pci().makeAssignable("09:00.0", Optional.empty(), false))
                .hasMessageContaining("no PCI device 0000:09:00.0");
        assertThatThrownBy(() -> pci().makeAssignable("card", Optional.empty(), false))
                .hasMessageContaining("[SSSS:]BB:DD.F");
        assertThatThrownBy(() -> pci().endAssignable(CARD, true)).hasMessageContaining("e1000e has it");
        keep("03:00.0", Optional.of("net"));
        assertThatThrownBy(() -> pci().makeAssignable(CARD, Optional.of("net"), false))
                .isInstanceOf(ToolstackException.NameInUse.class);
        assertThatThrownBy(() -> pci().makeAssignable(CARD, Optional.of("03:00.0"), false))
                .hasMessageContaining("is no name");
        daemon.world().pci().setBackend(false);
        assertThatThrownBy(() -> pci().makeAssignable(CARD, Optional.empty(), false))
                .isInstanceOf(ToolstackException.HostUnsupported.class)
                .hasMessageContaining("modprobe");
    }

    @Test
    void failureAtEveryCall_leavesTheDeviceWithItsDriver() {
        SimFaults faults = daemon.world().faults();
        faults.countOnly(thread -> !thread.getName().equals("supervisor"));
        for (int number = 1; number < 100; number++) {
            faults.reset();
            faults.at(
                    number,
                    SimFaults.Moment.BEFORE,
                    SimFaults.fail(call -> new ToolstackException.HypercallRefused("no " + call.name(), null)));
            boolean failed = makeAssignable();
            boolean struck = faults.struck() > 0;
            faults.reset();
            if (!struck) {
                assertThat(failed).isFalse();
                assertThat(number).isGreaterThan(8);
                return;
            }
            assertThat(failed).as("call %s", number).isTrue();
            assertBackWithItsDriver("call " + number);
        }
        throw new AssertionError("it never ended well");
    }

    private boolean makeAssignable() {
        try {
            return daemon.end(pci().makeAssignable(CARD, Optional.of("net"), false))
                            .status()
                    != Status.SUCCEEDED;
        } catch (ToolstackException refusedBeforeItBegan) {
            return true;
        }
    }

    private void assertBackWithItsDriver(String when) {
        assertThat(device(CARD).driver()).as(when).hasValue("e1000e");
        assertThat(daemon.world().pci().owners()).as(when).isEmpty();
        assertThat(note("driver_path").or(() -> note("name"))).as(when).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void killAtEveryCall_leavesTheDeviceWithOneDriver(SimFaults.Moment moment) {
        SimFaults faults = daemon.world().faults();
        faults.countOnly(thread -> !thread.getName().equals("supervisor"));
        for (int number = 1; number < 100; number++) {
            faults.reset();
            faults.at(number, moment, daemon.host().killFault());
            try {
                daemon.end(pci().makeAssignable(CARD, Optional.empty(), false));
            } catch (DaemonKilled expected) {
                // The rest of the test looks at what that left.
            }
            boolean struck = faults.struck() > 0;
            faults.reset();
            if (!struck) {
                return;
            }
            daemon.killAndStart();
            if (device(CARD).driver().equals(Optional.of("pciback"))) {
                assertThat(daemon.world().pci().owners()).containsExactly(CARD + " quarantine");
                assertThat(daemon.end(pci().endAssignable(CARD, true)).failure())
                        .isEmpty();
            }
            assertBackWithItsDriver("call " + number);
        }
        throw new AssertionError("it never ended well");
    }

    private String give(String type, String... devices) {
        OperationView made = daemon.create(
                SimulatedDaemon.configuration("g", type, "pci = [ \"" + String.join("\", \"", devices) + "\" ]"));
        assertThat(made.failure()).isEmpty();
        return String.valueOf(daemon.find("g").orElseThrow().domid());
    }

    private String node(String path) {
        try (MemoryXenStore store = daemon.world().storeAs(DomainId.DOM0)) {
            return store.find(path).orElse("");
        }
    }

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

    @Test
    void givingBackThatFailsAtAnyCall_leavesTheDeviceKept() {
        keep(CARD, Optional.of("net"));
        SimFaults faults = daemon.world().faults();
        faults.countOnly(thread -> !thread.getName().equals("supervisor"));
        for (int number = 1; number < 100; number++) {
            faults.reset();
            faults.at(
                    number,
                    SimFaults.Moment.BEFORE,
                    SimFaults.fail(call -> new ToolstackException.HypercallRefused("no " + call.name(), null)));
            boolean failed = endAssignable();
            boolean struck = faults.struck() > 0;
            faults.reset();
            if (!struck) {
                assertThat(failed).isFalse();
                assertThat(number).isGreaterThan(8);
                return;
            }
            assertThat(failed).as("call %s", number).isTrue();
            assertThat(device(CARD).driver()).as("call %s", number).hasValue("pciback");
            assertThat(device(CARD).name()).as("call %s", number).hasValue("net");
            assertThat(note("driver_path")).as("call %s", number).hasValue("/sys/bus/pci/drivers/e1000e");
            assertThat(daemon.world().pci().owners()).as("call %s", number).containsExactly(CARD + " quarantine");
        }
        throw new AssertionError("it never ended well");
    }

    private boolean endAssignable() {
        try {
            return daemon.end(pci().endAssignable(CARD, true)).status() != Status.SUCCEEDED;
        } catch (ToolstackException refusedBeforeItBegan) {
            return true;
        }
    }

    @Test
    void deviceThatCannotBeSettled_doesNotKeepJxldFromStarting() {
        SimFaults faults = daemon.world().faults();
        faults.atNext(
                "pciDevices.quarantine", SimFaults.Moment.BEFORE, daemon.host().killFault());
        try {
            daemon.end(pci().makeAssignable(CARD, Optional.empty(), false));
        } catch (DaemonKilled expected) {
            // What that left is found by the next life.
        }
        daemon.kill();
        faults.reset();
        faults.atEach(
                "pciDevices.quarantine",
                SimFaults.Moment.BEFORE,
                SimFaults.fail(call -> new ToolstackException.HypercallRefused("Xen refused it: ENODEV", null)));

        daemon.startAgain();

        assertThat(device(CARD).driver()).hasValue("pciback");
        assertThat(daemon.toolstack().health().up()).isTrue();
    }
}
