package dev.jxl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.cli.SimulatedJxld.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** jxl against a real jxld: the devices of guests. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DevicesEndToEndTest extends AgainstSimulatedJxld {
    @Test
    void machineOfAnHvmGuest_isUsed() throws IOException {
        Path cd = Files.writeString(folder.resolve("cd.iso"), "a CD");
        Path hvm = Files.writeString(
                folder.resolve("hvm.cfg"),
                Files.readString(config).replace("pvh", "hvm")
                        + "disk = [ \"format=raw,vdev=hdc,devtype=cdrom,target=%s\" ]\nvnc = 1\n".formatted(cd));
        Result made = jxld.run("create", "-V", hvm.toString());
        assertThat(made.code()).as(made.err()).isZero();
        assertThat(made.out()).contains("created domain 'web'").endsWith("127.0.0.1:5900\n");
        assertThat(made.err()).contains("no vncviewer here");
        for (String[] command : new String[][] {
            {"cd-eject", "web", "hdc"},
            {"cd-insert", "web", "hdc", "pom.xml"},
            {"cd-insert", "web", "hdc", cd.toString()},
            {"trigger", "web", "nmi", "0"},
            {"button-press", "web", "sleep"}
        }) {
            assertThat(jxld.run(command)).as(command[0]).isEqualTo(new Result(0, "", ""));
        }
        assertThat(jxld.run("trigger", "web", "kick").code()).isEqualTo(2);
        assertThat(jxld.run("trigger", "web", "nmi", "x").err()).contains("VCPU is a number");
        assertThat(jxld.run("button-press", "web", "nmi").code()).isEqualTo(2);
        Result none = jxld.run("cd-insert", "web", "hda", cd.toString());
        assertThat(none.code()).isEqualTo(ExitCodes.of("wrong-state"));
        assertThat(none.err()).contains("it has hdc").hasLineCount(1);
        // What is simulated has no monitor of words.
        assertThat(jxld.run("qemu-monitor-command", "web", "info block").code())
                .isEqualTo(ExitCodes.of("device-model-failed"));
    }

    @Test
    void devices_comeAreListedInXlsColumnsAndGo() {
        create();
        assertThat(jxld.run("block-attach", "web", "/sim/b.img", "raw", "xvdb", "w"))
                .isEqualTo(new Result(0, "", ""));
        assertThat(jxld.run("network-attach", "web", "bridge=xenbr0", "mac=00:16:3e:01:02:03")
                        .code())
                .isZero();
        String domid = jxld.run("domid", "web").out().strip();

        String disks = jxld.run("block-list", "web").out();
        assertThat(disks).startsWith("Vdev  BE  handle state evt-ch ring-ref BE-path                       \n");
        assertThat(disks)
                .containsPattern("(?m)^51728 0   " + domid
                        + " {4,6} +[1-4] +-?\\d+ +-?\\d+ +/local/domain/0/backend/vbd/" + domid + "/51728");
        String nics = jxld.run("network-list", "web").out();
        assertThat(nics).startsWith("Idx BE Mac Addr.         handle state evt-ch   tx-/rx-ring-ref BE-path ");
        assertThat(nics)
                .containsPattern("(?m)^\\d +0  00:16:3e:01:02:03     \\d     [1-4] +-?\\d+ +-?\\d+/-?\\d+ +/local");
        assertThat(jxld.run("block-list", "-o", "json", "web").out()).contains("\"name\":\"xvdb\"");

        // A relative path begins in the folder of whoever asks.
        assertThat(jxld.run("block-attach", "web", "pom.xml", "raw", "xvdc", "r"))
                .isEqualTo(new Result(0, "", ""));
        assertThat(jxld.run("block-list", "-o", "json", "web").out())
                .contains("\"params\":\"" + Path.of("pom.xml").toAbsolutePath() + "\"");

        assertThat(jxld.run("block-detach", "-f", "web", "xvdb")).isEqualTo(new Result(0, "", ""));
        assertThat(jxld.run("network-detach", "-f", "web", "00:16:3e:01:02:03").code())
                .isZero();
        assertThat(jxld.run("block-list", "web").out()).doesNotContain("51728");
        Result gone = jxld.run("block-detach", "web", "xvdb");
        assertThat(gone.code()).isEqualTo(3);
        assertThat(gone.err()).hasLineCount(1).contains("xvdb");
        assertThat(jxld.run("block-attach", "web").code()).isEqualTo(2);
        assertThat(jxld.run("block-list", "nobody").code()).isEqualTo(3);
    }

    @Test
    void keyboardsTpmsAndChannels_areListedInXlsColumns() {
        create("channel=['connection=pty,name=org.jxl.one']", "vkb=['backend-type=linux,unique-id=kb0']");
        String domid = jxld.run("domid", "web").out().strip();
        assertThat(jxld.run("vkb-attach", "web", "backend-type=qemu", "width=800"))
                .isEqualTo(new Result(0, "", ""));
        String keyboards = jxld.run("vkb-list", "web").out();
        assertThat(keyboards).startsWith("Idx BE handle state evt-ch    ref ID         BE-type    BE-path          ");
        assertThat(keyboards)
                .containsPattern("(?m)^0   0       0     [1-4] +-?\\d+ +-?\\d+ kb0        linux      /local/domain/0/"
                        + "backend/vinput/" + domid + "/0 *$")
                .containsPattern(
                        "(?m)^1   0       1     [1-4] +-?\\d+ +-?\\d+ \\(null\\)     qemu       /local/domain/0/"
                                + "backend/vkbd/" + domid + "/1 *$");
        assertThat(jxld.run("vkb-detach", "-f", "web", "1")).isEqualTo(new Result(0, "", ""));
        assertThat(jxld.run("vkb-detach", "web", "7").code()).isEqualTo(3);
        assertThat(jxld.run("vtpm-list", "web").out())
                .isEqualTo("Idx BE Uuid                                 handle state evt-ch ring-ref BE-path   \n");
        assertThat(jxld.run("vtpm-attach", "web", "backend=nobody").err()).contains("nobody");
        assertThat(jxld.run("channel-list", "web").out())
                .startsWith("Idx BE state evt-ch ring-ref connection                               \n0   0  ")
                .contains(" pty ");
    }

    @Test
    void usbDevices_comeAreListedInXlsColumnsAndGo() {
        assertThat(create("type='hvm'").code()).isZero();
        assertThat(jxld.run("usb-list", "web")).isEqualTo(new Result(0, "", ""));
        assertThat(jxld.run("usbdev-attach", "web", "hostbus=1", "hostaddr=2").err())
                .contains("no free port", "usbctrl-attach");
        assertThat(jxld.run("usbctrl-attach", "web", "version=1")).isEqualTo(new Result(0, "", ""));
        assertThat(jxld.run("usbdev-attach", "web", "hostbus=1", "hostaddr=2", "controller=0", "port=2"))
                .isEqualTo(new Result(0, "", ""));
        assertThat(jxld.run("usb-list", "web").out()).isEqualTo("""
                Devid  Type         BE  state usb-ver ports
                0      devicemodel  0   0     1       2    \n  Port 1:
                  Port 2: Bus 001 Device 002
                """);
        assertThat(jxld.run("usb-list", "-o", "json", "web").out()).contains("\"bus-id\":\"1-1\"");
        assertThat(jxld.run("usbdev-detach", "web", "0", "1").code()).isEqualTo(3);
        assertThat(jxld.run("usbdev-detach", "web", "0", "2")).isEqualTo(new Result(0, "", ""));
        assertThat(jxld.run("usbctrl-detach", "web", "0")).isEqualTo(new Result(0, "", ""));
        assertThat(jxld.run("usbctrl-attach", "web", "type=pv").err()).contains("qusb");
        assertThat(jxld.run("usb-list", "web").out()).isEmpty();
    }

    @Test
    void devicesOfTheHost_areGivenListedInXlsColumnsAndTaken() {
        assertThat(jxld.run("pci-assignable-add", "03:00.0").code()).isZero();
        assertThat(create("type='pv'", "passthrough='enabled'").code()).isZero();
        assertThat(jxld.run("pci-list", "web")).isEqualTo(new Result(0, "", ""));

        assertThat(jxld.run("pci-attach", "web", "03:00.0,permissive=1")).isEqualTo(new Result(0, "", ""));
        assertThat(jxld.run("pci-list", "web").out()).isEqualTo("Vdev Device\n00.0 0000:03:00.0\n");
        assertThat(jxld.run("pci-assignable-list").out()).isEmpty();
        assertThat(jxld.run("pci-attach", "web", "03:00.0").err()).contains("belongs to domain");

        assertThat(jxld.run("pci-detach", "-f", "web", "3:0.0")).isEqualTo(new Result(0, "", ""));
        assertThat(jxld.run("pci-assignable-list").out()).contains("0000:03:00.0");
        assertThat(jxld.run("pci-detach", "web", "03:00.0").code()).isEqualTo(3);
    }
}
