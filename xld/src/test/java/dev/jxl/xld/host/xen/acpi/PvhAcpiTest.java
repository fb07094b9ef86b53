package dev.jxl.xld.host.xen.acpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.xenctrl.GuestImage.AcpiTables;
import dev.jxl.xenctrl.VirtualNuma;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PvhAcpiTest {
    /** What a guest reads at a guest-physical address. */
    private record Guest(AcpiTables tables) {
        ByteBuffer at(long address) {
            byte[] all = tables.tables().bytes();
            int from = Math.toIntExact(address - AcpiTables.TABLES_ADDRESS);
            return ByteBuffer.wrap(Arrays.copyOfRange(all, from, all.length)).order(ByteOrder.LITTLE_ENDIAN);
        }

        ByteBuffer table(long address, String signature) {
            ByteBuffer here = at(address);
            int length = here.getInt(4);
            byte[] bytes = new byte[length];
            here.get(0, bytes);
            assertThat(new String(bytes, 0, 4, StandardCharsets.US_ASCII)).isEqualTo(signature);
            assertThat(sum(bytes, length)).as("checksum of " + signature).isZero();
            return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }

        ByteBuffer rsdp() {
            return ByteBuffer.wrap(tables.rsdp().bytes()).order(ByteOrder.LITTLE_ENDIAN);
        }

        ByteBuffer xsdt() {
            return table(rsdp().getLong(24), "XSDT");
        }

        ByteBuffer fadt() {
            return table(xsdt().getLong(36), "FACP");
        }

        ByteBuffer madt() {
            return table(xsdt().getLong(44), "APIC");
        }

        ByteBuffer dsdt() {
            return table(fadt().getLong(140), "DSDT");
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.capacity()];
        buffer.get(0, bytes);
        return bytes;
    }

    private static int sum(byte[] bytes, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += bytes[i];
        }
        return sum & 0xff;
    }

    @Test
    void rootPointer_leadsToAllTables_andSumsToZeroInBothForms() {
        Guest guest = new Guest(PvhAcpi.tables(4, 4, Optional.empty()));
        byte[] rsdp = guest.tables().rsdp().bytes();
        assertThat(new String(rsdp, 0, 8, StandardCharsets.US_ASCII)).isEqualTo("RSD PTR ");
        assertThat(sum(rsdp, 20)).isZero();
        assertThat(sum(rsdp, 36)).isZero();
        assertThat(guest.xsdt().capacity()).isEqualTo(36 + 2 * 8);
        ByteBuffer rsdt = guest.table(guest.rsdp().getInt(16) & 0xffffffffL, "RSDT");
        assertThat(rsdt.getInt(36)).isEqualTo((int) guest.xsdt().getLong(36));
        assertThat(rsdt.getInt(40)).isEqualTo((int) guest.xsdt().getLong(44));
    }

    @Test
    void fixedTable_isRevision5_withoutVgaClockAndTimer() {
        Guest guest = new Guest(PvhAcpi.tables(1, 1, Optional.empty()));
        ByteBuffer fadt = guest.fadt();
        assertThat(fadt.capacity()).isEqualTo(268);
        assertThat(fadt.get(8)).as("revision").isEqualTo((byte) 5);
        assertThat(fadt.getShort(46)).as("SCI").isEqualTo((short) 9);
        assertThat(fadt.getInt(56)).as("PM1a events").isEqualTo(0xb000);
        assertThat(fadt.getInt(76)).as("PM timer").isZero();
        assertThat(fadt.getShort(109)).as("boot flags: no VGA, no CMOS clock").isEqualTo((short) 0x24);
        assertThat(fadt.getInt(112)).as("flags").isEqualTo(0x8175);
        assertThat(fadt.getLong(148 + 4)).as("PM1a events, wide").isEqualTo(0xb000);
        assertThat(fadt.getLong(172 + 4)).as("PM1a control, wide").isEqualTo(0xb004);
        long facs = fadt.getLong(132);
        assertThat(facs % 64).isZero();
        assertThat(guest.at(facs).getInt(4)).isEqualTo(64);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "4,2", "128,128"})
    void eachCpu_hasAnApicOfTwiceItsNumber_andIsEnabledWhenOnline(int maxVcpus, int online) {
        Guest guest = new Guest(PvhAcpi.tables(maxVcpus, online, Optional.empty()));
        ByteBuffer madt = guest.madt();
        assertThat(madt.capacity()).isEqualTo(44 + 8 * maxVcpus);
        for (int vcpu = 0; vcpu < maxVcpus; vcpu++) {
            int at = 44 + 8 * vcpu;
            assertThat(madt.get(at)).as("local APIC").isZero();
            assertThat(madt.get(at + 2) & 0xff).isEqualTo(vcpu);
            assertThat(madt.get(at + 3) & 0xff).isEqualTo(2 * vcpu);
            assertThat(madt.getInt(at + 4)).isEqualTo(vcpu < online ? 1 : 0);
        }
    }

    @Test
    void informationPage_saysWhatXensOwnTablesReadThere() {
        Guest guest = new Guest(PvhAcpi.tables(3, 3, Optional.empty()));
        ByteBuffer info = ByteBuffer.wrap(guest.tables().info().bytes()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(info.capacity()).isEqualTo(4096);
        assertThat(info.getShort(2)).isEqualTo((short) 3);
        long madt = guest.xsdt().getLong(44);
        assertThat(info.getInt(12) & 0xffffffffL).isEqualTo(madt + 9);
        assertThat(info.getInt(16) & 0xffffffffL).isEqualTo(madt + 44);
    }

    /** These bytes disassemble with iasl to two processors, PR00 present and PR01 not, each with _HID, _UID, _MAT, _STA. */
    @Test
    void processorObjects_areTheBytesThatIaslUnderstands() {
        byte[] dsdt = bytes(new Guest(PvhAcpi.tables(2, 1, Optional.empty())).dsdt());
        assertThat(HexFormat.of().formatHex(dsdt, 36, dsdt.length))
                .isEqualTo("104b075c5f53425f"
                        + "5b83385052303000" + "10b00000" + "06"
                        + "085f4849440d414350493030303700" + "085f55494400" + "085f4d4154110b0a080008000001000000"
                        + "085f5354410a0f"
                        + "5b83385052303101" + "10b00000" + "06"
                        + "085f4849440d414350493030303700" + "085f5549440a01" + "085f4d4154110b0a080008010200000000"
                        + "085f53544100");
    }

    @Test
    void tables_areWholePages_andFewerThanXlReserves() {
        AcpiTables tables = PvhAcpi.tables(128, 128, Optional.empty());
        assertThat(tables.tables().size() % 4096).isZero();
        assertThat(tables.tables().size()).isLessThanOrEqualTo(16 * 4096);
        assertThat(tables.rsdp().size()).isEqualTo(64);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "129,1", "2,3", "1,0"})
    void impossibleCounts_areRefused(int maxVcpus, int online) {
        assertThatThrownBy(() -> PvhAcpi.tables(maxVcpus, online, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 128 vCPUs");
    }

    @Test
    void virtualNumaNodes_areTold() {
        VirtualNuma numa = new VirtualNuma(
                List.of(
                        new VirtualNuma.Range(0, 0x1000_0000L, 0),
                        new VirtualNuma.Range(0x1000_0000L, 0x3000_0000L, 1),
                        new VirtualNuma.Range(0x1_0000_0000L, 0x1_2000_0000L, 1)),
                List.of(10, 25, 26, 10),
                List.of(0, 1, 1),
                List.of(0, 0));
        Guest guest = new Guest(PvhAcpi.tables(3, 3, Optional.of(numa)));
        assertThat(guest.xsdt().capacity()).isEqualTo(36 + 4 * 8);
        assertThat(guest.table(guest.rsdp().getInt(16) & 0xffffffffL, "RSDT").getInt(44))
                .isEqualTo((int) guest.xsdt().getLong(52));

        ByteBuffer srat = guest.table(guest.xsdt().getLong(52), "SRAT");
        assertThat(srat.capacity()).isEqualTo(48 + 3 * 16 + 3 * 40);
        assertThat(srat.getInt(36)).isEqualTo(1);
        for (int vcpu = 0; vcpu < 3; vcpu++) {
            assertThat(bytes(srat.slice(48 + 16 * vcpu, 16)))
                    .startsWith(0, 16, vcpu == 0 ? 0 : 1, 2 * vcpu, 1, 0, 0, 0);
        }
        ByteBuffer last = srat.slice(48 + 3 * 16 + 2 * 40, 40).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes(last)).startsWith(1, 40);
        assertThat(last.getInt(2)).isEqualTo(1);
        assertThat(last.getLong(8)).isEqualTo(0x1_0000_0000L);
        assertThat(last.getLong(16)).isEqualTo(0x2000_0000L);
        assertThat(last.getInt(28)).isEqualTo(1);

        ByteBuffer slit = guest.table(guest.xsdt().getLong(60), "SLIT");
        assertThat(slit.getLong(36)).isEqualTo(2);
        assertThat(bytes(slit.slice(44, 4))).containsExactly(10, 25, 26, 10);
    }
}
