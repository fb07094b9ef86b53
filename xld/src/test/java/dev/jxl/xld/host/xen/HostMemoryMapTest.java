package dev.jxl.xld.host.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.config.DomainSpec;
import dev.jxl.config.xl.XlCfg;
import dev.jxl.xenctrl.E820Entry;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a PV guest with devices of the host is shown of its memory. */
class HostMemoryMapTest {
    private static final long MIB = 1 << 20;
    private static final List<E820Entry> MACHINE = List.of(
            new E820Entry(0, 0x9fc00, E820Entry.RAM),
            new E820Entry(0x9fc00, 0x400, E820Entry.RESERVED),
            new E820Entry(0xf0000, 0x10000, E820Entry.RESERVED),
            new E820Entry(MIB, 1023 * MIB, E820Entry.RAM),
            new E820Entry(1024 * MIB, MIB, E820Entry.ACPI),
            new E820Entry(1025 * MIB, 7 * MIB, E820Entry.RAM),
            new E820Entry(3072 * MIB, 256 * MIB, E820Entry.RESERVED),
            new E820Entry(4096 * MIB, 2048 * MIB, E820Entry.RAM));

    private static DomainSpec guest(int mib, int most) {
        String text = "name=\"g\"\ntype=\"pv\"\nkernel=\"/k\"\ne820_host=1\nmemory=" + mib + "\nmaxmem=" + most + "\n";
        return XlCfg.read(text).spec().orElseThrow();
    }

    @Test
    void smallGuest_seesNoGapThatIsNotOneOfTheMachine() {
        assertThat(HostMemoryMap.of(guest(256, 256), MACHINE))
                .containsExactly(
                        new E820Entry(0, 256 * MIB, E820Entry.RAM),
                        new E820Entry(256 * MIB, 768 * MIB, E820Entry.UNUSABLE),
                        new E820Entry(1024 * MIB, MIB, E820Entry.ACPI),
                        new E820Entry(1025 * MIB, 7 * MIB, E820Entry.UNUSABLE),
                        new E820Entry(3072 * MIB, 256 * MIB, E820Entry.RESERVED));
    }

    @Test
    void memoryThatHasNoRoomBelow_andRoomToGrow_areAbove4Gib() {
        assertThat(HostMemoryMap.of(guest(1536, 2048), MACHINE))
                .startsWith(new E820Entry(0, 1024 * MIB, E820Entry.RAM), new E820Entry(1024 * MIB, MIB, E820Entry.ACPI))
                .endsWith(new E820Entry(4096 * MIB, 1024 * MIB, E820Entry.RAM));
    }

    @Test
    void machineWithNothingReserved_changesNothing() {
        assertThat(HostMemoryMap.of(guest(256, 256), List.of(new E820Entry(0, 4096 * MIB, E820Entry.RAM))))
                .containsExactly(new E820Entry(0, 256 * MIB, E820Entry.RAM));
    }
}
