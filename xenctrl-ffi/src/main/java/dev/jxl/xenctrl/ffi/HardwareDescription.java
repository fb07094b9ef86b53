package dev.jxl.xenctrl.ffi;

import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_SET_MEMORY_MAP;
import static dev.jxl.xenctrl.ffi.XcFunction.DOM_FEATURE_GET;
import static dev.jxl.xenctrl.ffi.XcFunction.DOM_GUEST_OS;
import static dev.jxl.xenctrl.ffi.XcFunction.MAP_FOREIGN_RANGE;

import dev.jxl.xenctrl.Blob;
import dev.jxl.xenctrl.BuildPhase;
import dev.jxl.xenctrl.BuiltGuest.PlacedFirmware;
import dev.jxl.xenctrl.E820Entry;
import dev.jxl.xenctrl.GuestImage;
import dev.jxl.xenctrl.XenControlException.BuildFailed;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an HVM or PVH guest learns of its machine: firmware, ACPI tables, memory map.
 *
 * <p>libxenguest keeps pointers to the firmware and the memory map and frees neither, so both live in the task's memory.
 *
 * @source tools/libs/light/libxl_x86_acpi.c: libxl__dom_load_acpi; tools/libs/light/libxl_x86.c:
 *     domain_construct_memmap; tools/libs/light/libxl_dom.c: hvm_build_set_params
 */
final class HardwareDescription {
    private static final int PAGE = 4096;
    private static final int PAGE_SHIFT = 12;
    private static final long LOW_MIB = 0x10_0000L;
    private static final long GIB_4 = 1L << 32;
    private static final long VGA_HOLE_PAGES = 0x20;
    private static final int PROT_READ_WRITE = 3;
    private static final int TEXT_LIMIT = 64;

    private final XcCall xc;
    private final GuestImage image;

    HardwareDescription(XcCall xc, GuestImage image) {
        this.xc = xc;
        this.image = image;
    }

    /** Before the kernel is parsed: where memory lies, and what hvmloader finds there. */
    void layOut(StructView dom) {
        switch (image.container()) {
            case GuestImage.Pv pv -> {}
            case GuestImage.Pvh pvh -> layOut(dom, pvh.layout(), false);
            case GuestImage.Hvm hvm -> {
                layOut(dom, hvm.layout(), true);
                bring(module(dom.slice("system_firmware_module"), 0), hvm.systemFirmware(), 0);
                bring(module(dom.slice("acpi_modules"), 0), hvm.acpiFirmware(), 0);
                bring(module(dom.slice("smbios_module"), 0), hvm.smbiosFirmware(), 0);
            }
        }
    }

    private static void layOut(StructView dom, GuestImage.Layout layout, boolean deviceModel) {
        dom.u64("target_pages", layout.targetPages());
        dom.u64("mmio_start", layout.mmioStart());
        dom.u64("mmio_size", layout.mmioSize());
        dom.u64("lowmem_end", layout.lowmemEnd());
        dom.u64("highmem_end", layout.highmemEnd());
        dom.u64("vga_hole_size", deviceModel ? VGA_HOLE_PAGES : 0);
        dom.u8("device_model", deviceModel ? 1 : 0);
    }

    /** Once guest memory is there: ACPI tables and the memory map. */
    void describe(StructView dom) throws Throwable {
        if (image.container() instanceof GuestImage.Pv) {
            return;
        }
        if (image.container() instanceof GuestImage.Pvh pvh
                && !pvh.acpi().rsdp().isEmpty()) {
            bringAcpi(dom, pvh.acpi());
        }
        List<E820Entry> map = memoryMap(dom);
        MemorySegment entries = XcMemory.e820(xc.abi(), map, xc.arena());
        int result = (int) xc.handle(DOMAIN_SET_MEMORY_MAP)
                .invokeExact(xc.capture(), xc.xch(), image.domid(), entries, map.size());
        if (result != 0) {
            throw new BuildFailed(
                    BuildPhase.DESCRIBE_HARDWARE, DOMAIN_SET_MEMORY_MAP.symbol(), xc.errno(), image.domid(), xc.said());
        }
        dom.pointer("e820", entries);
        dom.u32("e820_entries", map.size());
    }

    /** Module 0 must be the root pointer: its address is what the start information names. */
    private void bringAcpi(StructView dom, GuestImage.AcpiTables acpi) throws Throwable {
        MemorySegment modules = dom.slice("acpi_modules");
        Blob tables = wholePages(acpi.tables());
        bring(module(modules, 0), acpi.rsdp(), rootPointerAddress(dom, acpi, tables));
        bring(module(modules, 1), wholePages(acpi.info()), GuestImage.AcpiTables.INFO_ADDRESS);
        bring(module(modules, 2), tables, GuestImage.AcpiTables.TABLES_ADDRESS);
    }

    /** Older Linux looks for the root pointer below 1 MiB only, and says with a feature bit that it does not. */
    private long rootPointerAddress(StructView dom, GuestImage.AcpiTables acpi, Blob tables) throws Throwable {
        MemorySegment os = (MemorySegment) xc.handle(DOM_GUEST_OS).invokeExact(xc.capture(), dom.segment());
        boolean anywhere = (boolean) xc.handle(DOM_FEATURE_GET)
                .invokeExact(xc.capture(), dom.segment(), xc.abi().constant("XENFEAT_linux_rsdp_unrestricted"));
        boolean linux = NativeLibraries.text(os, TEXT_LIMIT).equals("linux");
        return linux && !anywhere ? LOW_MIB - acpi.rsdp().size() : GuestImage.AcpiTables.TABLES_ADDRESS + tables.size();
    }

    private static Blob wholePages(Blob blob) {
        byte[] padded = new byte[Math.ceilDiv(blob.size(), PAGE) * PAGE];
        System.arraycopy(blob.bytes(), 0, padded, 0, blob.size());
        return Blob.of(padded);
    }

    private StructView module(MemorySegment modules, int index) {
        return StructView.element(xc.abi().struct("xc_hvm_firmware_module"), modules, index);
    }

    private void bring(StructView module, Blob bytes, long guestAddress) {
        if (bytes.isEmpty()) {
            return;
        }
        module.pointer("data", xc.arena().allocateFrom(ValueLayout.JAVA_BYTE, bytes.bytes()));
        module.u32("length", bytes.size());
        module.u64("guest_addr_out", guestAddress);
    }

    private List<E820Entry> memoryMap(StructView dom) {
        boolean hvm = image.container() instanceof GuestImage.Hvm;
        long lowStart = hvm ? LOW_MIB : 0;
        List<E820Entry> map = new ArrayList<>();
        map.add(new E820Entry(lowStart, dom.u64("lowmem_end") - lowStart, E820Entry.RAM));
        if (!hvm) {
            int pages = xc.abi().constant("X86_HVM_NR_SPECIAL_PAGES");
            long end = xc.abi().constant("X86_HVM_END_SPECIAL_REGION");
            map.add(new E820Entry((end - pages) << PAGE_SHIFT, (long) pages << PAGE_SHIFT, E820Entry.RESERVED));
        }
        MemorySegment modules = dom.slice("acpi_modules");
        for (int i = 0; i < xc.abi().constant("MAX_ACPI_MODULES"); i++) {
            StructView module = module(modules, i);
            if (module.u32("length") != 0) {
                long within = module.u64("guest_addr_out") % PAGE;
                map.add(new E820Entry(
                        module.u64("guest_addr_out") - within,
                        Integer.toUnsignedLong(module.u32("length")) + within,
                        E820Entry.ACPI));
            }
        }
        if (dom.u64("highmem_end") != 0) {
            map.add(new E820Entry(GIB_4, dom.u64("highmem_end") - GIB_4, E820Entry.RAM));
        }
        return List.copyOf(map);
    }

    /** Where libxenguest put the first of these modules. */
    Optional<PlacedFirmware> placed(MemorySegment modules) {
        StructView module = module(modules, 0);
        return module.u64("guest_addr_out") == 0
                ? Optional.empty()
                : Optional.of(new PlacedFirmware(module.u64("guest_addr_out"), module.u32("length")));
    }

    /** hvmloader reads its number of virtual CPUs from here; the bytes of the table must sum up to 0. */
    void writeHvmInfo(GuestImage.Hvm hvm) throws Throwable {
        long frame = xc.abi().constant("HVM_INFO_PFN");
        MemorySegment page = (MemorySegment) xc.handle(MAP_FOREIGN_RANGE)
                .invokeExact(xc.capture(), xc.xch(), image.domid(), PAGE, PROT_READ_WRITE, frame);
        if (page.equals(MemorySegment.NULL)) {
            throw new BuildFailed(
                    BuildPhase.WRITE_HVM_INFO, MAP_FOREIGN_RANGE.symbol(), xc.errno(), image.domid(), xc.said());
        }
        CStruct layout = xc.abi().struct("hvm_info_table");
        MemorySegment at = Restricted.sized(page, PAGE).asSlice(xc.abi().constant("HVM_INFO_OFFSET"), layout.size());
        StructView table = StructView.element(layout, at, 0);
        table.u8("apic_mode", hvm.apic() ? 1 : 0);
        table.u32("nr_vcpus", image.maxVcpus());
        MemorySegment online = table.slice("vcpu_online").fill((byte) 0);
        for (int vcpu = 0; vcpu < hvm.onlineVcpus(); vcpu++) {
            long index = vcpu / Byte.SIZE;
            byte bits = online.get(ValueLayout.JAVA_BYTE, index);
            online.set(ValueLayout.JAVA_BYTE, index, (byte) (bits | 1 << vcpu % Byte.SIZE));
        }
        balance(table, at);
        int _ = (int) xc.handle(LibcFunction.MUNMAP).invokeExact(xc.capture(), page, (long) PAGE);
    }

    private static void balance(StructView table, MemorySegment at) {
        int sum = 0;
        for (long i = 0; i < Integer.toUnsignedLong(table.u32("length")); i++) {
            sum += at.get(ValueLayout.JAVA_BYTE, i);
        }
        table.u8("checksum", table.u8("checksum") - sum);
    }
}
