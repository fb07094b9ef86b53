package dev.jxl.config.xl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jxl.config.DiskSpec;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.EventAction;
import dev.jxl.config.GuestType;
import dev.jxl.config.NicSpec.RateLimit;
import dev.jxl.config.OnEvents.AtHostStop;
import dev.jxl.config.SpecProblem;
import dev.jxl.config.SpecReading;
import dev.jxl.config.TscMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class XlCfgTest {
    private static final String BASE = "name='g'\ntype='pvh'\nkernel='/k'\nmemory=128\n";

    private static DomainSpec require(String text) {
        SpecReading reading = XlCfg.read(text);
        return reading.spec().orElseThrow(() -> new AssertionError(reading.problems()));
    }

    private static List<String> problems(String text) {
        return XlCfg.read(text).problems().stream()
                .map(p -> p.severity() + " " + p)
                .toList();
    }

    private static void assertProblem(String text, String expected) {
        List<String> problems = problems(text);
        assertTrue(
                problems.stream().anyMatch(p -> p.startsWith(expected)), () -> "no '" + expected + "' in " + problems);
    }

    @Test
    void aPlainPvhGuest_isReadWithXlsDefaults() {
        DomainSpec spec = require("""
                # a comment
                name = "full1"
                uuid = "6B29FC40-ca47-1067-b31d-00dd010662da"
                type = "pvh"
                kernel = "/root/guest/vmlinuz"
                ramdisk = '/root/guest/initrd'
                extra = "console=hvc0 quiet"
                memory = 192 ; vcpus = 2
                tsc_mode = "native"
                disk = ["format=raw,vdev=xvda,access=rw,target=/root/guest/disk.raw",]
                vif = [ "mac=00:16:3E:77:00:21,bridge=xenbr0",
                        'rate=10Mb/s@20ms, mtu=1400,untrusted', # two
                ]""");
        assertEquals("full1", spec.name());
        assertEquals(
                "6b29fc40-ca47-1067-b31d-00dd010662da",
                spec.uuid().orElseThrow().toString());
        assertEquals(GuestType.PVH, spec.type());
        assertEquals(192, spec.memory().mib());
        assertEquals(192, spec.maxMemory().mib());
        assertEquals(2, spec.vcpus());
        assertEquals(2, spec.maxVcpus());
        assertEquals(
                Path.of("/root/guest/initrd"),
                spec.boot().orElseThrow().ramdisk().orElseThrow());
        assertEquals("console=hvc0 quiet", spec.boot().orElseThrow().commandLine());
        assertEquals(TscMode.NATIVE, spec.tscMode());
        assertEquals(1023, spec.maxEventChannels());
        assertEquals(EventAction.RESTART, spec.onEvents().reboot());
        DiskSpec disk = spec.disks().getFirst();
        assertEquals(Optional.of(Path.of("/root/guest/disk.raw")), disk.target());
        assertEquals("xvda", disk.vdev());
        assertTrue(disk.readWrite());
        assertEquals(
                "00:16:3e:77:00:21", spec.nics().getFirst().mac().orElseThrow().text());
        assertEquals(
                Optional.of(new RateLimit(25_000, 20_000)), spec.nics().get(1).rateLimit());
        assertEquals(Optional.of(1400), spec.nics().get(1).mtu());
    }

    @Test
    void whatHappensAtTheHostsStop_isAKeyOfJxlsOwn() {
        assertEquals(AtHostStop.SHUTDOWN, require(BASE).onEvents().hostStop());
        assertEquals(
                AtHostStop.SAVE,
                require(BASE + "on_host_stop='save'").onEvents().hostStop());
        assertProblem(BASE + "on_host_stop='keep'", "ERROR line 5, column 14: on_host_stop");
    }

    @Test
    void noType_isPv() {
        assertEquals(GuestType.PV, require("name='g'\nkernel='/k'\nmemory=64").type());
    }

    @Test
    void whatCreateCannotDoYet_isRefusedOnItsLine() {
        assertProblem(
                "name='g'\ntype='pvh'\n  vmtrace_buf_kb = 64\n",
                "ERROR line 3, column 20: vmtrace_buf_kb: not supported yet");
    }

    @Test
    void rootAndExtra_areJoined_andGiveWayToCmdline() {
        assertEquals(
                "root=/dev/xvda ro",
                require(BASE + "root='/dev/xvda'\nextra='ro'")
                        .boot()
                        .orElseThrow()
                        .commandLine());
        assertEquals(
                "a",
                require(BASE + "cmdline='a'\nextra='ro'").boot().orElseThrow().commandLine());
    }

    @Test
    void theLastAssignmentCounts_andPlusAdds() {
        DomainSpec spec =
                require(BASE + "memory=256\nextra='a'\nextra+=' b'\ndisk=['/d,raw,xvda,w']\ndisk+=['/e,raw,xvdb,r']");
        assertEquals(256, spec.memory().mib());
        assertEquals("a b", spec.boot().orElseThrow().commandLine());
        assertEquals(2, spec.disks().size());
    }

    @Test
    void overrides_comeLast() {
        SpecReading reading = XlCfg.read(BASE, List.of("memory=512", "name=\"other\""));
        assertEquals(512, reading.spec().orElseThrow().memory().mib());
        assertEquals("other", reading.spec().orElseThrow().name());
        SpecProblem problem = XlCfg.read(BASE, List.of("memory=0")).problems().getFirst();
        assertEquals(0, problem.line());
        assertEquals("memory", problem.field());
    }

    @Test
    void relativePaths_beginInTheFolderOrAreRefused() {
        String text =
                BASE + "kernel='./k'\nramdisk='../r'\ndisk=['d,raw,xvda,w','vdev=xvdb,script=block-x,target=a:b']";
        DomainSpec spec = XlCfg.read(text, List.of(), HostCpus.UNKNOWN, Optional.of(Path.of("/home/u")))
                .spec()
                .orElseThrow();
        assertEquals(Path.of("/home/u/k"), spec.boot().orElseThrow().kernel());
        assertEquals(
                Optional.of(Path.of("/home/u/../r")), spec.boot().orElseThrow().ramdisk());
        assertEquals(Optional.of(Path.of("/home/u/d")), spec.disks().get(0).target());
        assertEquals(Optional.of(Path.of("a:b")), spec.disks().get(1).target(), "the script knows what it means");
        assertProblem(text, "ERROR line 5, column 8: kernel: must be a whole path");
        assertProblem(text, "ERROR line 7, column 7: disk[0]: target must be a whole path");
        SpecReading elsewhere = XlCfg.read(
                BASE + "disk=['vdev=xvda,backend=store,target=d']",
                List.of(),
                HostCpus.UNKNOWN,
                Optional.of(Path.of("/home/u")));
        assertTrue(elsewhere.problems().toString().contains("whole path"), "another domain's file is no file of dom0");
    }

    @Test
    void aMisspelledKey_isAWarningWithTheNearestKey() {
        assertProblem(
                BASE + "\nmemroy = 3",
                "WARNING line 6, column 1: memroy: is not a key of xl.cfg; ignored, as xl does; did you mean 'memory'?");
        assertTrue(XlCfg.read(BASE + "memroy = 3").spec().isPresent());
    }

    @Test
    void badValues_areAllToldWithTheirPlace() {
        String text = """
                name = 'a/b'
                uuid = 'nonsense'
                type = 'pvh'
                memory = 0
                vcpus = 4
                maxvcpus = 2
                vif = ['mac=00:16:3e:77:00:zz', 'mac=01:00:00:00:00:00']
                disk = ['/d,raw,xvda,w', '/e,raw,xvda,w', '/f,raw,zzz,w', '/f,foo,xvdb,w']
                pci = ['01:00.0']
                on_crash = 'explode'
                tsc_mode = 99999999999999999999999
                """;
        assertProblem(text, "ERROR line 1, column 8: name: ");
        assertProblem(text, "ERROR line 2, column 8: uuid: ");
        assertProblem(text, "ERROR line 4, column 10: memory: '0' is not a number from 1");
        assertProblem(text, "ERROR line 6, column 12: maxvcpus: 2 is less than vcpus (4)");
        assertProblem(text, "ERROR line 7, column 13: vif[0]: ");
        assertProblem(text, "ERROR line 7, column 38: vif[1]: '01:00:00:00:00:00' is a multicast");
        assertProblem(text, "ERROR line 8, column 34: disk[1]: vdev is the same as that of disk[0]");
        assertProblem(text, "ERROR line 8, column 51: disk[2]: 'zzz' is not a vdev");
        assertProblem(text, "ERROR line 8, column 63: disk[3]: 'foo' is not a format");
        assertProblem(text, "ERROR line 9, column 7: pci: Xen cannot give devices of the host to PVH guests");
        assertProblem(text, "ERROR line 10, column 12: on_crash: 'explode'");
        assertProblem(text, "ERROR line 11, column 12: tsc_mode: ");
        assertProblem(text, "ERROR kernel: is missing");
    }

    @Test
    void brokenSyntax_isToldWithItsPlaceAndDoesNotCascade() {
        assertProblem("name = 'a\nmemory=1", "ERROR line 1, column 8: name: the string that starts here is not closed");
        assertProblem("name = foo", "ERROR line 1, column 8: name: expected a value");
        assertProblem("disk = [ 'a'\n 'b' ]\nname = 5 6\n", "ERROR line 2, column 2: disk: expected ',' or ']'");
        assertProblem(
                "disk = [ 'a'\n 'b' ]\nname = 5 6\n", "ERROR line 3, column 10: name: expected the end of the line");
        assertEquals(2, problems("disk = [ 'a'\n 'b' ]\nname = 5 6\n").size());
        assertProblem("disk = [ 'a',", "ERROR line 1, column 8: disk: the list that starts here is not closed");
        assertProblem("Name = 'a'", "ERROR line 1, column 1: 'N' cannot stand here");
        assertProblem("memory = 1024MB", "ERROR line 1, column 14: memory: 'M' cannot stand here");
        assertProblem("a = '\\x41'", "ERROR line 1, column 6: a: the only escapes");
        assertProblem("a = 1\r\n", "ERROR line 1, column 6: a: a carriage return");
    }

    @Test
    void anEmptyText_saysWhatIsMissing() {
        assertProblem("", "ERROR name: is missing");
        assertProblem("", "ERROR kernel: is missing");
        assertProblem("", "WARNING memory: is missing");
    }
}
