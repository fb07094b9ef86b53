package dev.jxl.xld.engine.move;

import dev.jxl.xld.api.ToolstackException.MigrationFailed;
import dev.jxl.xld.host.CpuPolicy;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A guest's CPU as one jxld tells it to another: {@code LEAVES/MSRS} in hexadecimal digits, each leaf of six numbers of 32 bits, each MSR
 * of its number and its value in 64 bits.
 */
final class CpuText {
    private static final int LEAF_BYTES = 6 * Integer.BYTES;
    private static final int MSR_BYTES = Integer.BYTES + Long.BYTES;

    /** Many more than there are. @source xen/include/xen/lib/x86/cpu-policy.h: CPUID_MAX_SERIALISED_LEAVES */
    private static final int MOST = 1024;

    private CpuText() {}

    static String of(CpuPolicy policy) {
        ByteBuffer leaves = ByteBuffer.allocate(LEAF_BYTES * policy.leaves().size());
        policy.leaves()
                .forEach(l -> leaves.putInt(l.leaf())
                        .putInt(l.subleaf())
                        .putInt(l.eax())
                        .putInt(l.ebx())
                        .putInt(l.ecx())
                        .putInt(l.edx()));
        ByteBuffer msrs = ByteBuffer.allocate(MSR_BYTES * policy.msrs().size());
        policy.msrs().forEach(m -> msrs.putInt(m.index()).putLong(m.value()));
        HexFormat hex = HexFormat.of();
        return hex.formatHex(leaves.array()) + "/" + hex.formatHex(msrs.array());
    }

    /**
     * What another host says.
     *
     * @throws MigrationFailed when it is no CPU
     */
    static CpuPolicy parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length != 2) {
            throw new MigrationFailed("the caller does not say what the guest's CPU is", null);
        }
        return new CpuPolicy(
                parse(
                        parts[0],
                        LEAF_BYTES,
                        b -> new CpuPolicy.Leaf(
                                b.getInt(), b.getInt(), b.getInt(), b.getInt(), b.getInt(), b.getInt())),
                parse(parts[1], MSR_BYTES, b -> new CpuPolicy.Msr(b.getInt(), b.getLong())));
    }

    private static <T> List<T> parse(String digits, int bytes, Function<ByteBuffer, T> reading) {
        int each = 2 * bytes;
        if (digits.length() % each != 0 || digits.length() / each > MOST) {
            throw new MigrationFailed(
                    "the caller says of the guest's CPU what is no list: " + digits.length() + " digits", null);
        }
        try {
            ByteBuffer all = ByteBuffer.wrap(HexFormat.of().parseHex(digits));
            return IntStream.range(0, digits.length() / each)
                    .mapToObj(i -> reading.apply(all))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new MigrationFailed("the caller says of the guest's CPU what are no digits", e);
        }
    }
}
