package dev.jxl.xld.host.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.host.OtherToolstacks.XlMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes of xl and libvirt, by a /proc that this test has made. */
class XenOtherToolstacksTest {
    private static final DomainUuid UUID = DomainUuid.parse("6b29fc40-ca47-1067-b31d-00dd010662da");

    @TempDir
    Path folder;

    private final KernelLane lane = new KernelLane();
    private XenOtherToolstacks toolstacks;

    @BeforeEach
    void begin() throws IOException {
        Files.createDirectories(folder.resolve("proc/sys"));
        toolstacks = new XenOtherToolstacks(lane, folder.resolve("proc"), folder.resolve("notes"));
    }

    @AfterEach
    void end() {
        lane.close();
    }

    private Path process(int pid, String name, String arguments) throws IOException {
        Path process = Files.createDirectories(folder.resolve("proc/" + pid));
        Files.writeString(process.resolve("comm"), name + "\n");
        Files.writeString(process.resolve("cmdline"), arguments.isEmpty() ? "" : arguments.replace(' ', '\0') + "\0");
        Files.createDirectories(process.resolve("fd"));
        return process;
    }

    private void saysIn(Path process, String log, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(log), text);
        Files.createSymbolicLink(process.resolve("fd/2"), file);
    }

    @Test
    void monitorInTheBackground_waitsForTheDomainOfItsLastStart() throws IOException {
        Path monitor = process(12, "xl", "/usr/lib/xen-4.20/bin/xl create /etc/xen/web.cfg");
        saysIn(monitor, "xl-web.log.1", """
                Waiting for domain web (domid 7) to die [pid 12]
                Domain 7 has shut down, reason code 1 0x1
                Done. Rebooting now
                Waiting for domain web (domid 9) to die [pid 12]
                """);
        assertThat(toolstacks.listMonitors())
                .containsExactly(new XlMonitor(12, "xl create /etc/xen/web.cfg", Optional.of(new DomainId(9))));
    }

    @Test
    void lineOfAnotherProcess_saysNothing() throws IOException {
        Path monitor = process(12, "xl", "xl create web.cfg");
        saysIn(monitor, "log", "Waiting for domain web (domid 7) to die [pid 13]\n");
        assertThat(toolstacks.listMonitors())
                .singleElement()
                .satisfies(m -> assertThat(m.waitsFor()).isEmpty());
    }

    @Test
    void longLog_isReadFromItsEnd() throws IOException {
        Path monitor = process(12, "xl", "xl restore /var/web.save");
        saysIn(monitor, "log", "x".repeat(3 << 20) + "\nWaiting for domain web (domid 7) to die [pid 12]\n");
        assertThat(toolstacks.listMonitors())
                .extracting(XlMonitor::waitsFor)
                .containsExactly(Optional.of(new DomainId(7)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "xl create -F web.cfg",
                "xl -vvv create web.cfg",
                "xl cr web.cfg",
                "/usr/sbin/xl restore web.save",
                "xl migrate-receive",
                "xl migrate-r"
            })
    void processThatMayWait_isListedThoughNobodyKnowsForWhat(String arguments) throws IOException {
        process(12, "xl", arguments);
        assertThat(toolstacks.listMonitors()).singleElement().satisfies(m -> {
            assertThat(m.waitsFor()).isEmpty();
            assertThat(m.command()).startsWith("xl ");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"xl list", "xl migrate web other", "xl devd", "xl", "xl -v", "xl console 7", ""})
    void otherCommandsOfXl_andAProcessThatHasEnded_areNotListed(String arguments) throws IOException {
        process(12, "xl", arguments);
        process(13, "bash", "bash create");
        assertThat(toolstacks.listMonitors()).isEmpty();
    }

    @Test
    void xlUnderAnotherName_isKnownByItsProgram() throws IOException {
        Path process = process(12, "start-guest", "start-guest create web.cfg");
        Files.createSymbolicLink(process.resolve("exe"), Path.of("/usr/lib/xen-4.20/bin/xl (deleted)"));
        assertThat(toolstacks.listMonitors()).hasSize(1);
    }

    @Test
    void processThatCannotBeRead_countsForTheWorst() throws IOException {
        Path process = process(12, "xl", "xl create web.cfg");
        Files.delete(process.resolve("cmdline"));
        assertThat(toolstacks.listMonitors()).containsExactly(new XlMonitor(12, "xl", Optional.empty()));
    }

    @Test
    void argumentsForAnotherTerminal_areMadeFit() throws IOException {
        process(12, "xl", "xl create \u001b[2J" + "a".repeat(500));
        assertThat(toolstacks.listMonitors().getFirst().command())
                .startsWith("xl create ?[2Ja")
                .hasSizeLessThan(130);
    }

    @ParameterizedTest
    @ValueSource(strings = {"libvirtd", "virtxend"})
    void daemonOfLibvirt_isFound(String name) throws IOException {
        process(12, "virtlogd", "virtlogd");
        assertThat(toolstacks.findLibvirt()).isEmpty();
        process(13, name, name);
        assertThat(toolstacks.findLibvirt()).contains(name);
    }

    @Test
    void domainOfLibvirts_hasItsNote() throws IOException {
        DomainId domain = new DomainId(7);
        assertThat(toolstacks.madeByLibvirt(domain, UUID)).isFalse();
        Files.createDirectories(folder.resolve("notes"));
        Files.writeString(folder.resolve("notes/userdata-d.7." + UUID + ".libvirt-xml"), "<domain/>");
        assertThat(toolstacks.madeByLibvirt(domain, UUID)).isTrue();
    }
}
