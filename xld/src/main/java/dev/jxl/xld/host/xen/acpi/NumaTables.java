package dev.jxl.xld.host.xen.acpi;

import dev.jxl.xenctrl.VirtualNuma;
import java.util.List;

/** The two tables that tell a guest of its virtual NUMA nodes. */
final class NumaTables {
    private static final int VCPU_BYTES = 16;
    private static final int MEMORY_BYTES = 40;
    private static final int IN_USE = 1;

    private NumaTables() {}

    /**
     * Which node each vCPU and each piece of memory is on.
     *
     * @source tools/libacpi/build.c: construct_srat; tools/libs/light/libxl_x86_acpi.c: init_acpi_config
     */
    static byte[] srat(VirtualNuma numa) {
        List<Integer> nodeOfVcpu = numa.vcpuToVnode();
        List<VirtualNuma.Range> memory = numa.ranges();
        int body = 12 + nodeOfVcpu.size() * VCPU_BYTES + memory.size() * MEMORY_BYTES;
        TableWriter srat = TableWriter.table("SRAT", 1, body).u32(1).u64(0);
        for (int vcpu = 0; vcpu < nodeOfVcpu.size(); vcpu++) {
            srat.u8(0).u8(VCPU_BYTES).u8(nodeOfVcpu.get(vcpu)).u8(PvhAcpi.apicId(vcpu));
            srat.u32(IN_USE).skip(8);
        }
        for (VirtualNuma.Range piece : memory) {
            srat.u8(1).u8(MEMORY_BYTES).u32(piece.vnode()).skip(2);
            srat.u64(piece.start()).u64(piece.end() - piece.start());
            srat.skip(4).u32(IN_USE).skip(8);
        }
        return srat.sealed();
    }

    /**
     * How far the nodes are from each other, row after row.
     *
     * @source tools/libacpi/build.c: construct_slit
     */
    static byte[] slit(VirtualNuma numa) {
        List<Integer> distances = numa.distances();
        TableWriter slit = TableWriter.table("SLIT", 1, 8 + distances.size())
                .u64(numa.vnodeToPnode().size());
        distances.forEach(slit::u8);
        return slit.sealed();
    }
}
