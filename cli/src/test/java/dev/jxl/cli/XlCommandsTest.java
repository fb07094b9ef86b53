package dev.jxl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever xl knows, jxl does, or says what to use instead. */
class XlCommandsTest {
    /** @source tools/xl/xl_cmdtable.c: cmd_table (Xen 4.20, and what 4.22 adds) */
    private static final String ALL = """
            create config-update list destroy shutdown reboot pci-attach pci-detach pci-list pci-assignable-add
            pci-assignable-remove pci-assignable-list pause unpause console vncviewer save migrate restore migrate-receive
            suspend resume dump-core cd-insert cd-eject mem-max mem-set button-press vcpu-list vcpu-pin vcpu-set vm-list info
            sharing sched-credit sched-credit2 sched-rtds domid domname rename trigger sysrq debug-keys set-parameters dmesg top
            network-attach network-list network-detach channel-list block-attach block-list block-detach vtpm-attach vtpm-list
            vtpm-detach vkb-attach vkb-list vkb-detach vdispl-attach vdispl-list vdispl-detach vsnd-attach vsnd-list vsnd-detach
            uptime claims cpupool-create cpupool-list cpupool-destroy cpupool-rename cpupool-cpu-add cpupool-cpu-remove
            cpupool-migrate cpupool-numa-split getenforce setenforce loadpolicy remus devd psr-hwinfo psr-cmt-attach
            psr-cmt-detach psr-cmt-show psr-cat-set psr-cat-show psr-mba-set psr-mba-show usbctrl-attach usbctrl-detach
            usbdev-attach usbdev-detach usb-list qemu-monitor-command dt-overlay xenstore-quota-get xenstore-quota-set""";

    static String[] xlsCommands() {
        return ALL.split("\\s+", -1);
    }

    @ParameterizedTest
    @MethodSource("xlsCommands")
    void everyCommandOfXl_isOneOfJxlOrAnsweredWithWhatToUseInstead(String name) {
        try {
            assertThat(Commands.require(name)).isEqualTo(name);
        } catch (CliException answer) {
            assertThat(answer.exitCode()).isEqualTo(11);
            assertThat(answer.getMessage())
                    .startsWith("jxl has no '" + name + "': ")
                    .hasSizeGreaterThan(40)
                    .hasLineCount(1);
        }
    }
}
