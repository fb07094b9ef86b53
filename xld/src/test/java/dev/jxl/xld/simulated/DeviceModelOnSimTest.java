package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.memory.MemoryXenStore;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainEvent;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.Toolstack;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.sim.SimQemus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HVM guests and their QEMU on the simulated machine: made, used, and what happens when QEMU dies or lies. */
@Timeout(120)
class DeviceModelOnSimTest extends OneSimulatedHost {
    private static String hvm(String more) {
        return SimulatedDaemon.configuration("g", "hvm", more);
    }

    private DomainView running(String more) {
        OperationView made = daemon.create(hvm(more));
        assertThat(made.failure()).isEmpty();
        DomainView domain = daemon.find("g").orElseThrow();
        await().atMost(SimulatedDaemon.SOON)
                .until(() ->
                        daemon.world().consoleText(new DomainId(domain.domid())).contains("GUEST-READY"));
        return domain;
    }

    private Optional<String> node(String path) {
        try (MemoryXenStore store = daemon.world().storeAs(DomainId.DOM0)) {
            return store.find(path);
        }
    }

    private void awaitNothingLeft() {
        await().atMost(SimulatedDaemon.SOON).untilAsserted(() -> {
            daemon.nudge();
            daemon.requireLeft(empty, "afterwards");
        });
    }

    private void die(DomainView domain) {
        daemon.world().qemus().die(new DomainId(domain.domid()), "qemu-system-i386: hardware error");
    }

    @Test
    void create_guestHasItsDeviceModelAndItsNodes() {
        daemon.world()
                .qemus()
                .answer("query-chardev", List.of(Map.of("label", "serial0", "filename", "pty:/dev/pts/7")));
        DomainView domain = running("serial = \"pty\"");

        String home = "/local/domain/" + domain.domid();
        assertThat(daemon.world().leftovers().deviceModels())
                .singleElement()
                .asString()
                .contains(domain.uuid());
        assertThat(daemon.world()
                        .qemus()
                        .commandOf(new DomainId(domain.domid()))
                        .orElseThrow())
                .startsWith("/sim/qemu-system-i386", "-xen-domid", Integer.toString(domain.domid()))
                .containsSubsequence("-serial", "pty", "-machine", "xenfv,suppress-vmdesc=on", "-m", "248");
        assertThat(node(home + "/serial/0/tty")).contains("/dev/pts/7");
        assertThat(node(home + "/console/vnc-port")).contains("5900");
        assertThat(node(home + "/hvmloader/bios")).contains("seabios");
        assertThat(daemon.world().leftovers().interfaces())
                .contains("vif" + domain.domid() + ".0-emu on xenbr0, mtu 1500");

        daemon.act("g", new DomainAction.Destroy());
        daemon.requireLeft(empty, "afterwards");
    }

    @Test
    void deviceModelDiesAtItsStart_saysItsLastWordsAndLeavesNothing() {
        daemon.world().qemus().nextStart(SimQemus.Start.DIES);
        OperationView made = daemon.create(hvm(""));

        assertThat(made.status()).isEqualTo(Status.FAILED);
        assertThat(made.failure().orElseThrow().code()).isEqualTo("device-model-failed");
        assertThat(made.failure().orElseThrow().message())
                .contains("starting the device model of 'g'", "Could not initialize");
        daemon.requireLeft(empty, "afterwards");
    }

    @Test
    void deviceModelDiesRightAfterItWasReady_saysItsLastWordsAndLeavesNothing() {
        daemon.world().qemus().answerWith("query-chardev", (domain, arguments) -> {
            daemon.world().qemus().die(domain, "Cipher backend does not support DES algorithm");
            throw new ToolstackException.DeviceModelFailed("asking", "Connection refused", null);
        });
        OperationView made = daemon.create(hvm(""));

        assertThat(made.failure().orElseThrow().message())
                .contains("starting the device model of 'g'", "Connection refused", "DES algorithm");
        daemon.requireLeft(empty, "afterwards");
    }

    static Stream<Object> hostileTerminals() {
        return Stream.of(
                "not a list",
                List.of("not a map"),
                List.of(Map.of("label", "serial0", "filename", "pty:/etc/passwd")),
                List.of(Map.of("label", "serial99999999999", "filename", "pty:/dev/pts/1")),
                List.of(Map.of("label", 7L, "filename", List.of())));
    }

    @ParameterizedTest
    @MethodSource("hostileTerminals")
    void hostileTerminals_neverReachXenstore(Object answer) {
        daemon.world().qemus().answer("query-chardev", answer);
        daemon.create(hvm(""));

        daemon.find("g")
                .ifPresent(g -> assertThat(node("/local/domain/" + g.domid() + "/serial/0/tty"))
                        .isEmpty());
        daemon.find("g").ifPresent(g -> daemon.act("g", new DomainAction.Destroy()));
        awaitNothingLeft();
    }

    @Test
    void hostileScreen_failsTheCreate() {
        daemon.world().qemus().answer("query-vnc", Map.of("enabled", true, "host", "a b", "service", "99999"));
        OperationView made = daemon.create(hvm(""));

        assertThat(made.failure().orElseThrow().message()).contains("'query-vnc' is not what QEMU answers");
        daemon.requireLeft(empty, "afterwards");
    }

    @Test
    void deviceModelDies_destroyPolicy_domainGoes() {
        die(running("on_device_model_crash = \"destroy\""));
        awaitNothingLeft();
    }

    @Test
    void deviceModelDies_restartPolicy_domainComesBack() {
        DomainView before = running("on_device_model_crash = \"restart\"");
        die(before);

        await().atMost(SimulatedDaemon.SOON).until(() -> {
            daemon.nudge();
            return daemon.find("g").filter(g -> g.domid() != before.domid()).isPresent();
        });
        daemon.awaitQuiet();
        assertThat(daemon.world().leftovers().deviceModels()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void deviceModelDies_preservePolicy_isToldAndLeft(boolean afterRestartOfJxld) {
        DomainView domain = running("on_device_model_crash = \"preserve\"");
        if (afterRestartOfJxld) {
            daemon.killAndStart();
            daemon.awaitQuiet();
        }
        try (Toolstack.EventSubscription events =
                daemon.toolstack().events(daemon.toolstack().lastEventId())) {
            die(domain);
            Optional<DomainEvent> told = Optional.empty();
            while (told.isEmpty() || !told.get().type().equals("domain.device-model-ended")) {
                told = events.next(Duration.ofSeconds(20));
                assertThat(told).as("an event about the end").isPresent();
            }
            assertThat(told.get().data()).containsEntry("last-words", "qemu-system-i386: hardware error");
            assertThat(told.get().domainName()).isEqualTo("g");
        }
        daemon.nudge();
        assertThat(daemon.find("g").orElseThrow().domid()).isEqualTo(domain.domid());
        daemon.act("g", new DomainAction.Destroy());
        daemon.requireLeft(empty, "afterwards");
    }

    @Test
    void xlEndsTheDeviceModelOnPurpose_isNoAccident() {
        DomainView domain = running("on_device_model_crash = \"restart\"");
        try (MemoryXenStore store = daemon.world().storeAs(DomainId.DOM0)) {
            store.remove("/local/domain/0/device-model/" + domain.domid());
        }
        die(domain);
        daemon.nudge();
        daemon.awaitQuiet();
        assertThat(daemon.find("g").orElseThrow().domid()).isEqualTo(domain.domid());
    }
}
