package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.GuestType;
import dev.jxl.config.MemorySize;
import dev.jxl.xenstore.memory.MemoryXenStore;
import dev.jxl.xld.api.Diagnosis;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainEvent;
import dev.jxl.xld.api.Finding;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.Toolstack.EventSubscription;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.DeviceModel.Launch;
import dev.jxl.xld.host.sim.DaemonKilled;
import dev.jxl.xld.host.sim.SimFaults;
import dev.jxl.xld.host.sim.SimHost;
import dev.jxl.xld.host.sim.SimLeftovers;
import dev.jxl.xld.host.sim.SimSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What does not belong on the simulated machine, beside guests of jxl and of another toolstack. */
@Timeout(180)
class DoctorOnSimTest {
    private static final DomainId GONE = new DomainId(9999);
    private static final DomainUuid NOBODY = DomainUuid.parse("6b29fc40-ca47-1067-b31d-00dd010662da");

    @TempDir
    Path folder;

    private SimulatedDaemon daemon;
    private SimulatedDaemon another;
    private SimHost hand;
    private SimLeftovers healthy;

    @BeforeEach
    void start() throws Exception {
        daemon = new SimulatedDaemon(Files.createDirectory(folder.resolve("one")), SimSettings.standard());
        hand = daemon.host().beside();
        another = new SimulatedDaemon(
                Files.createDirectory(folder.resolve("two")), daemon.host().beside());
        assertThat(daemon.create(SimulatedDaemon.configuration("ours", "hvm", ""))
                        .failure())
                .isEmpty();
        assertThat(another.create(SimulatedDaemon.configuration("theirs", "pvh", ""))
                        .failure())
                .isEmpty();
        daemon.awaitReady("ours");
        daemon.awaitReady("theirs");
        daemon.awaitQuiet();
        // A folder that stays when it has been there once.
        store(s -> s.mkdir("/libxl/pci"));
        healthy = daemon.world().leftovers();
    }

    @AfterEach
    void stop() {
        // All toolstacks go before the machine: otherwise they would wait for its backends.
        another.host().kill();
        daemon.host().kill();
        hand.kill();
        another.close();
        daemon.close();
    }

    private Diagnosis examine() {
        return daemon.toolstack().doctor().examine();
    }

    private List<String> codes() {
        return examine().findings().stream().map(Finding::code).toList();
    }

    private List<Finding> fix() {
        OperationView ended = daemon.end(daemon.toolstack().doctor().fix());
        assertThat(ended.failure()).isEmpty();
        Diagnosis.Repair repair = examine().lastRepair().orElseThrow();
        assertThat(repair.operation()).isEqualTo(ended.id());
        return repair.findings();
    }

    private void store(Consumer<MemoryXenStore> body) {
        try (MemoryXenStore store = daemon.world().storeAs(DomainId.DOM0)) {
            body.accept(store);
        }
    }

    /** One finding, which a fix mends without touching anything else. */
    private void assertFoundAndMended(String code, String object) {
        Diagnosis sick = examine();
        assertThat(sick.healthy()).isFalse();
        assertThat(sick.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo(code);
            assertThat(finding.object()).contains(object);
            assertThat(finding.fixable()).isTrue();
        });
        assertThat(fix()).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo(code);
            assertThat(finding.done()).isPresent();
        });
        assertHealthy();
    }

    private void assertHealthy() {
        assertThat(examine().findings()).isEmpty();
        assertThat(examine().healthy()).isTrue();
        // By lines: the difference is what is of interest.
        assertThat(lines(daemon.world().leftovers())).isEqualTo(lines(healthy));
    }

    private static List<String> lines(SimLeftovers all) {
        return List.of(all.toString().split(", ", -1));
    }

    @Test
    void hostWithGuestsOfBothToolstacks_isHealthyAndAFixDoesNothing() {
        assertHealthy();
        assertThat(fix()).isEmpty();
        assertHealthy();
    }

    @Test
    void loopDeviceOfAGoneDomain_isFreed() {
        hand.blockAttach().attach(NOBODY, "xvda", Path.of("/sim/old.img"), true).keep();
        assertFoundAndMended("loop-without-domain", "/dev/loop");
    }

    @Test
    void backendOfAGoneDomain_isRemoved() {
        store(s -> s.write("/local/domain/0/backend/vbd/9999/51712/state", "4"));
        assertFoundAndMended("backend-without-domain", "/local/domain/0/backend/vbd/9999");
    }

    @Test
    void nodesOfAGoneDomain_areRemovedWithWhatTheyTellOf() {
        hand.blockAttach().attach(NOBODY, "xvda", Path.of("/sim/old.img"), true).keep();
        store(s -> {
            s.write("/local/domain/9999/vm", "/vm/" + NOBODY);
            s.write("/local/domain/9999/name", "old");
            s.write("/vm/" + NOBODY + "/name", "old");
            s.write("/libxl/9999/device/vbd/51712/backend", "/local/domain/0/backend/vbd/9999/51712");
            s.write("/libxl/9999/device/vbd/51712/dev", "xvda");
            s.write("/local/domain/0/backend/vbd/9999/51712/state", "1");
            s.write("/local/domain/0/device-model/9999/state", "running");
        });
        assertThat(codes())
                .containsExactlyInAnyOrder(
                        "store-without-domain", "backend-without-domain", "vm-without-domain", "loop-without-domain");
        assertThat(fix()).extracting(Finding::code).contains("store-without-domain");
        assertHealthy();
    }

    @Test
    void nodesOfAnEarlierLifeOfARunningGuest_areRemovedAndTheGuestKeepsItsDisk() {
        String uuid = daemon.find("ours").orElseThrow().uuid();
        store(s -> {
            s.write("/local/domain/9999/vm", "/vm/" + uuid);
            s.write("/libxl/9999/type", "hvm");
        });
        hand.files().writeUserdata(GONE, DomainUuid.parse(uuid), "{}");
        assertThat(codes()).containsExactlyInAnyOrder("store-without-domain", "notes-without-domain");
        assertThat(fix()).hasSize(2);
        assertHealthy();
    }

    @Test
    void vmOfAGoneDomain_isRemoved() {
        store(s -> s.write("/vm/" + NOBODY + "/name", "old"));
        assertFoundAndMended("vm-without-domain", "/vm/" + NOBODY);
    }

    @Test
    void deviceModelOfAGoneDomain_isEndedOnlyWhenItIsJxls() {
        hand.deviceModel()
                .start(new Launch(GONE, NOBODY, "old", List.of("qemu"), Map.of(), Optional.empty(), Optional.empty()));
        store(s -> org.awaitility.Awaitility.await()
                .atMost(SimulatedDaemon.SOON)
                .until(() -> s.find("/local/domain/0/device-model/9999/state").isPresent()));
        store(s -> s.remove("/local/domain/0/device-model/9999"));
        assertFoundAndMended("device-model-without-domain", "process ");

        daemon.world().qemus().leaveOfAnother(GONE);
        assertThat(fix()).isEmpty();
        assertThat(examine().findings()).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("device-model-without-domain");
            assertThat(finding.fixable()).isFalse();
            assertThat(finding.advice()).contains("kill ");
        });
    }

    @Test
    void deviceModelOfAnEarlierDomainOfALivingOnesNumber_isOnlyTold() {
        DomainId living = new DomainId(daemon.find("theirs").orElseThrow().domid());
        hand.deviceModel()
                .start(new Launch(
                        living, NOBODY, "old", List.of("qemu"), Map.of(), Optional.empty(), Optional.empty()));
        assertThat(fix()).isEmpty();
        assertThat(codes()).contains("device-model-without-domain");
        hand.deviceModel().stop(living, NOBODY);
    }

    @Test
    void socketsOfAGoneDomain_areRemoved() {
        daemon.world().qemus().leaveSockets(GONE);
        assertFoundAndMended("socket-without-domain", "qmp-libxl-9999");
    }

    @Test
    void notesAboutAGoneDomain_areRemovedUnlessItsNumberIsInUse() {
        hand.files().writeUserdata(GONE, NOBODY, "{}");
        assertFoundAndMended("notes-without-domain", "userdata-d.9999." + NOBODY);

        DomainId living = new DomainId(daemon.find("theirs").orElseThrow().domid());
        hand.files().writeUserdata(living, NOBODY, "{}");
        assertThat(fix()).isEmpty();
        assertThat(codes()).containsExactly("notes-without-domain");
        assertThat(examine().healthy()).isTrue();
    }

    @Test
    void interfaceOfAGoneDomain_isTold() {
        daemon.world().leaveInterface("vif9999.0");
        assertThat(fix()).isEmpty();
        assertThat(examine().findings()).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("interface-without-domain");
            assertThat(finding.advice()).contains("ip link delete vif9999.0");
        });
    }

    @Test
    void pciDeviceOfAGoneDomain_isFreeAgain() {
        store(s -> s.write("/libxl/pci/0000-04-00-0/domid", "9999"));
        assertFoundAndMended("pci-without-domain", "0000:04:00.0");
    }

    @Test
    void pciDeviceThatPcibackDoesNotHold_isTold() {
        store(s -> s.write(
                "/libxl/pci/0000-04-00-0/domid",
                Integer.toString(daemon.find("ours").orElseThrow().domid())));
        assertThat(fix()).isEmpty();
        assertThat(codes()).containsExactly("pci-not-held");
    }

    @Test
    void dyingDomain_isNamedWithItsHolder() {
        DomainId domain = new DomainId(daemon.find("theirs").orElseThrow().domid());
        daemon.world().hold(domain, "process 77 (gdbsx)");
        assertThat(another.act("theirs", new DomainAction.Destroy()).failure()).isEmpty();
        assertThat(fix()).isEmpty();
        assertThat(examine().findings()).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("domain-dying");
            assertThat(finding.object()).isEqualTo("domain " + domain);
            assertThat(finding.meaning()).contains("process 77 (gdbsx)");
        });
        daemon.world().letGo(domain, "process 77 (gdbsx)");
        assertThat(examine().findings()).isEmpty();
    }

    @Test
    void domainThatXenstoreHasLost_isToldAndLeft() {
        int domid = daemon.find("theirs").orElseThrow().domid();
        store(s -> s.remove("/local/domain/" + domid));
        assertThat(fix()).isEmpty();
        assertThat(examine().findings()).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("domain-without-store");
            assertThat(finding.severity()).isEqualTo(Finding.Severity.ERROR);
        });
    }

    @Test
    void domainThatIsBeingMade_isNoFault() {
        DomainSpec spec = DomainSpec.builder("fresh", GuestType.PVH, MemorySize.ofMib(64))
                .uuid(Optional.of(NOBODY))
                .build();
        DomainId made = hand.guestBuilder().createShell(spec, NOBODY, Optional.empty());
        assertThat(fix()).isEmpty();
        assertThat(examine().healthy()).isTrue();
        assertThat(examine().findings()).singleElement().satisfies(finding -> {
            assertThat(finding.object()).isEqualTo("domain " + made);
            assertThat(finding.severity()).isEqualTo(Finding.Severity.NOTE);
        });
    }

    @Test
    void guestWithoutItsDeviceModel_isToldAndLeft() {
        assertThat(another.create(
                                SimulatedDaemon.configuration("screen", "hvm", "on_device_model_crash = \"preserve\""))
                        .failure())
                .isEmpty();
        DomainId domain = new DomainId(daemon.find("screen").orElseThrow().domid());
        daemon.world().qemus().die(domain, "killed");
        assertThat(fix()).isEmpty();
        assertThat(codes()).containsExactly("device-model-lost");
    }

    @Test
    void whatCannotBeLookedAt_isAFindingAndTheRestIsMended() {
        hand.blockAttach().attach(NOBODY, "xvda", Path.of("/sim/old.img"), true).keep();
        SimFaults faults = daemon.world().faults();
        faults.atEach(
                "hostFiles.listUserdata",
                SimFaults.Moment.BEFORE,
                SimFaults.fail(call -> new ToolstackException.FileFailed("no " + call.name(), null)));
        assertThat(codes()).containsExactlyInAnyOrder("check-failed", "loop-without-domain");
        assertThat(fix()).extracting(Finding::code).containsExactly("loop-without-domain");
        faults.reset();
        assertHealthy();
    }

    @Test
    void whatAFixDid_isAnEvent() {
        store(s -> s.write("/vm/" + NOBODY + "/name", "old"));
        long before = daemon.toolstack().lastEventId();
        assertThat(fix()).hasSize(1);
        try (EventSubscription events = daemon.toolstack().events(before)) {
            DomainEvent event;
            do {
                event = events.next(Duration.ofSeconds(10)).orElseThrow();
            } while (!event.type().equals("host.repaired"));
            assertThat(event.data())
                    .containsEntry("code", "vm-without-domain")
                    .containsEntry("object", "/vm/" + NOBODY);
        }
    }

    private void makeLeftovers() {
        hand = daemon.host().beside();
        hand.blockAttach().attach(NOBODY, "xvda", Path.of("/sim/old.img"), true).keep();
        hand.files().writeUserdata(GONE, NOBODY, "{}");
        daemon.world().qemus().leaveSockets(GONE);
        store(s -> {
            s.write("/local/domain/9999/vm", "/vm/" + NOBODY);
            s.write("/vm/" + NOBODY + "/name", "old");
            s.write("/local/domain/0/backend/vbd/9999/51712/state", "1");
            s.write("/libxl/pci/0000-04-00-0/domid", "9999");
        });
    }

    @ParameterizedTest
    @EnumSource
    void killAtEveryCallOfAFix_theNextFixFinishesIt(SimFaults.Moment moment) {
        SimFaults faults = daemon.world().faults();
        faults.countOnly(thread -> thread.getName().startsWith("operation"));
        for (int number = 1; number < 2000; number += 11) {
            makeLeftovers();
            faults.reset();
            faults.at(number, moment, daemon.host().killFault());
            try {
                daemon.end(daemon.toolstack().doctor().fix());
            } catch (DaemonKilled expected) {
                // The rest of the test looks at what that left.
            }
            boolean struck = faults.struck() > 0;
            faults.reset();
            if (!struck) {
                assertThat(number).isGreaterThan(50);
                assertHealthy();
                return;
            }
            daemon.killAndStart();
            daemon.awaitQuiet();
            OperationView interrupted = daemon.toolstack().operations().stream()
                    .filter(o -> o.kind().equals("doctor-fix"))
                    .findFirst()
                    .orElseThrow();
            assertThat(interrupted.status()).isEqualTo(Status.FAILED);
            assertThat(interrupted.failure().orElseThrow().message()).contains("jxl doctor --fix");
            List<Finding> _ = fix();
            assertHealthy();
        }
        throw new AssertionError("it never ended well");
    }
}
