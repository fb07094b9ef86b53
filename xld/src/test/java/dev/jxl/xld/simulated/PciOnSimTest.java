package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.sim.DaemonKilled;
import dev.jxl.xld.host.sim.SimFaults;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** PCI devices that are kept for domains, on the simulated machine. */
@Timeout(120)
class PciOnSimTest extends PciCards {
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
