package dev.jxl.xld.host.xen.acpi;

import dev.jxl.xenctrl.Blob;
import dev.jxl.xenctrl.GuestImage.AcpiTables;
import dev.jxl.xenctrl.VirtualNuma;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The ACPI tables of a PVH guest: what tells it how many CPUs it has, and that a PC's old devices are not there.
 *
 * <p>The guest sees the same as under xl, with one difference: xl's DSDT has processor objects for 128 CPUs whose methods
 * read the MADT at run time. Nothing changes the MADT of a PVH guest at run time (its vCPUs are plugged through xenstore),
 * so here the DSDT has objects for the guest's own CPUs only, with fixed values.
 */
public final class PvhAcpi {
    /**
     * Most vCPUs that Xen gives to a PVH guest.
     *
     * @source xen/include/public/hvm/hvm_info_table.h: HVM_MAX_VCPUS
     */
    public static final int MAX_VCPUS = 128;

    private static final int PAGE_BYTES = 4096;
    private static final int LAPIC_ENTRY_BYTES = 8;
    private static final int ACPI_REVISION = 5;

    private PvhAcpi() {}

    /**
     * The tables for a guest.
     *
     * @param maxVcpus 1 to {@link #MAX_VCPUS}
     * @param onlineVcpus up at boot, 1 to {@code maxVcpus}
     * @param numa the nodes that it sees; empty: it is told of none
     * @throws IllegalArgumentException outside these ranges
     * @source tools/libacpi/build.c: acpi_build_tables; tools/libs/light/libxl_x86_acpi.c: init_acpi_config (no table flags
     *     for PVH, revision 5)
     */
    public static AcpiTables tables(int maxVcpus, int onlineVcpus, Optional<VirtualNuma> numa) {
        if (maxVcpus < 1 || maxVcpus > MAX_VCPUS || onlineVcpus < 1 || onlineVcpus > maxVcpus) {
            throw new IllegalArgumentException("a PVH guest has 1 to " + MAX_VCPUS
                    + " vCPUs, at least one of them online;" + " not " + onlineVcpus + " of " + maxVcpus);
        }
        Arranger arranger = new Arranger();
        long facs = arranger.place(facs(), 64);
        long dsdt = arranger.place(dsdt(maxVcpus, onlineVcpus), 16);
        long madt = arranger.place(madt(maxVcpus, onlineVcpus), 16);
        List<Long> tables = new ArrayList<>(List.of(arranger.place(fadt(facs, dsdt), 16), madt));
        numa.ifPresent(nodes -> {
            tables.add(arranger.place(NumaTables.srat(nodes), 16));
            tables.add(arranger.place(NumaTables.slit(nodes), 16));
        });
        long xsdt = arranger.place(xsdt(tables), 16);
        long rsdt = arranger.place(rsdt(tables), 16);
        return new AcpiTables(
                Blob.of(rsdp(rsdt, xsdt)), Blob.of(info(maxVcpus, madt)), Blob.of(arranger.wholePages(PAGE_BYTES)));
    }

    /** Every vCPU's APIC has twice its number. @source xen/arch/x86/hvm/vlapic.c: vlapic_reset */
    static int apicId(int vcpu) {
        return 2 * vcpu;
    }

    private static byte[] lapicEntry(int vcpu, int online) {
        return TableWriter.plain(LAPIC_ENTRY_BYTES)
                .u8(0)
                .u8(LAPIC_ENTRY_BYTES)
                .u8(vcpu)
                .u8(apicId(vcpu))
                .u32(vcpu < online ? 1 : 0)
                .bytes();
    }

    private static byte[] madt(int vcpus, int online) {
        TableWriter madt = TableWriter.table("APIC", 2, 8 + vcpus * LAPIC_ENTRY_BYTES);
        // The address of the local APICs, and the flag that a PC has (Linux masks PICs that are not there, harmlessly).
        madt.u32(0xfee0_0000L).u32(1);
        for (int vcpu = 0; vcpu < vcpus; vcpu++) {
            madt.raw(lapicEntry(vcpu, online));
        }
        return madt.sealed();
    }

    private static byte[] dsdt(int vcpus, int online) {
        AmlWriter aml = new AmlWriter();
        aml.rootScope("_SB_", scope -> {
            for (int i = 0; i < vcpus; i++) {
                int vcpu = i;
                // The names and the register block are those of Xen's DSDT.
                scope.processor(String.format(Locale.ROOT, "PR%02X", vcpu), vcpu, 0xb010, 6, processor -> {
                    processor.named("_HID", "ACPI0007");
                    processor.named("_UID", vcpu);
                    processor.named("_MAT", lapicEntry(vcpu, online));
                    processor.named("_STA", vcpu < online ? 0xf : 0);
                });
            }
        });
        byte[] code = aml.bytes();
        return TableWriter.table("DSDT", ACPI_REVISION, code.length).raw(code).sealed();
    }

    private static byte[] facs() {
        return TableWriter.plain(64).text("FACS", 4).u32(64).skip(24).u8(1).bytes();
    }

    /**
     * The fixed table: PC registers as every HVM guest has them, but no PM timer, no fixed buttons, no VGA, no CMOS clock.
     *
     * @source tools/libacpi/static_tables.c: Fadt; xen/include/public/hvm/ioreq.h: ACPI_*_ADDRESS_V1
     */
    private static byte[] fadt(long facs, long dsdt) {
        int noVgaNoCmos = (1 << 2) | (1 << 5);
        // WBINVD, C1 on all CPUs, no fixed power button, no fixed sleep button, RTC wake not fixed, 32-bit timer,
        // platform clock to be trusted.
        long flags = 1 | (1 << 2) | (1 << 4) | (1 << 5) | (1 << 6) | (1 << 8) | (1 << 15);
        int systemIo = 1;
        TableWriter fadt = TableWriter.table("FACP", ACPI_REVISION, 268 - TableWriter.HEADER_BYTES);
        fadt.u32(facs).u32(dsdt).u8(0).u8(0).u16(9);
        fadt.u32(0).u8(0).u8(0).u8(0).u8(0); // no SMI
        fadt.u32(0xb000).u32(0).u32(0xb004).u32(0).u32(0).u32(0).u32(0xafe0).u32(0);
        fadt.u8(4).u8(2).u8(0).u8(0).u8(4).u8(0).u8(0).u8(0);
        fadt.u16(0xfff).u16(0xfff).skip(9).u16(noVgaNoCmos).u8(0).u32(flags);
        fadt.register(systemIo, 8, 0xcf9).u8(6).skip(3);
        fadt.u64(facs).u64(dsdt);
        fadt.register(systemIo, 32, 0xb000).skip(12).register(systemIo, 16, 0xb004);
        return fadt.skip(12 * 7).sealed();
    }

    private static byte[] xsdt(List<Long> tables) {
        TableWriter xsdt = TableWriter.table("XSDT", 1, 8 * tables.size());
        tables.forEach(xsdt::u64);
        return xsdt.sealed();
    }

    private static byte[] rsdt(List<Long> tables) {
        TableWriter rsdt = TableWriter.table("RSDT", 1, 4 * tables.size());
        tables.forEach(rsdt::u32);
        return rsdt.sealed();
    }

    /** The root pointer, in as many bytes as Xen reserves for it. @source libxl_x86_acpi.c: RSDP_LEN */
    private static byte[] rsdp(long rsdt, long xsdt) {
        byte[] bytes = TableWriter.plain(64)
                .text("RSD PTR ", 8)
                .u8(0)
                .text("Xen", 6)
                .u8(2)
                .u32(rsdt)
                .u32(36)
                .u64(xsdt)
                .bytes();
        bytes[8] = TableWriter.checksum(bytes, 0, 20);
        bytes[32] = TableWriter.checksum(bytes, 0, 36);
        return bytes;
    }

    /**
     * The page that Xen's own DSDT reads: number of CPUs, where the MADT's checksum and first entry are.
     *
     * @source tools/libacpi/build.c: struct acpi_info
     */
    private static byte[] info(int vcpus, long madt) {
        return TableWriter.plain(PAGE_BYTES)
                .u16(0)
                .u16(vcpus)
                .u64(0)
                .u32(madt + 9)
                .u32(madt + TableWriter.HEADER_BYTES + 8)
                .bytes();
    }

    /** Puts tables one behind the other and knows their guest addresses. */
    private static final class Arranger {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        long place(byte[] table, int alignment) {
            padTo(alignment);
            long address = AcpiTables.TABLES_ADDRESS + out.size();
            out.writeBytes(table);
            return address;
        }

        byte[] wholePages(int pageBytes) {
            padTo(pageBytes);
            return out.toByteArray();
        }

        private void padTo(int alignment) {
            int over = out.size() % alignment;
            if (over != 0) {
                out.writeBytes(new byte[alignment - over]);
            }
        }
    }
}
