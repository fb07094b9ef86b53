package dev.jxl.xenctrl.ffi;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.UUID;

/** A C struct in memory. Every access names the member and checks its size against the layout. */
final class StructView {
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final AddressLayout POINTER = ValueLayout.ADDRESS_UNALIGNED;
    private static final ValueLayout.OfLong BIG_ENDIAN = U64.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int UUID_BYTES = 16;

    private final CStruct layout;
    private final MemorySegment at;

    private StructView(CStruct layout, MemorySegment at) {
        this.layout = layout;
        this.at = at;
    }

    /** A new struct of zeros. */
    static StructView allocate(CStruct layout, SegmentAllocator allocator) {
        return new StructView(layout, allocator.allocate(layout.size(), Long.BYTES));
    }

    /** The struct that C's pointer points to. */
    static StructView at(CStruct layout, MemorySegment pointer) {
        return new StructView(layout, Restricted.sized(pointer, layout.size()));
    }

    /** Number {@code index} of an array of structs. */
    static StructView element(CStruct layout, MemorySegment array, long index) {
        return new StructView(layout, array.asSlice(index * layout.size(), layout.size()));
    }

    MemorySegment segment() {
        return at;
    }

    int u8(String field) {
        return Byte.toUnsignedInt(at.get(ValueLayout.JAVA_BYTE, offset(field, Byte.BYTES)));
    }

    int u16(String field) {
        return Short.toUnsignedInt(at.get(U16, offset(field, Short.BYTES)));
    }

    int u32(String field) {
        return at.get(U32, offset(field, Integer.BYTES));
    }

    long u64(String field) {
        return at.get(U64, offset(field, Long.BYTES));
    }

    MemorySegment pointer(String field) {
        return at.get(POINTER, offset(field, Long.BYTES));
    }

    UUID uuid(String field) {
        long offset = offset(field, UUID_BYTES);
        return new UUID(at.get(BIG_ENDIAN, offset), at.get(BIG_ENDIAN, offset + Long.BYTES));
    }

    void u8(String field, int value) {
        at.set(ValueLayout.JAVA_BYTE, offset(field, Byte.BYTES), (byte) value);
    }

    void u16(String field, int value) {
        at.set(U16, offset(field, Short.BYTES), (short) value);
    }

    void u32(String field, int value) {
        at.set(U32, offset(field, Integer.BYTES), value);
    }

    void u64(String field, long value) {
        at.set(U64, offset(field, Long.BYTES), value);
    }

    void pointer(String field, MemorySegment value) {
        at.set(POINTER, offset(field, Long.BYTES), value);
    }

    void uuid(String field, UUID value) {
        long offset = offset(field, UUID_BYTES);
        at.set(BIG_ENDIAN, offset, value.getMostSignificantBits());
        at.set(BIG_ENDIAN, offset + Long.BYTES, value.getLeastSignificantBits());
    }

    /** A member that is an array of structs or chars. */
    MemorySegment slice(String field) {
        CStruct.Field found = layout.fields().get(field);
        if (found == null) {
            throw new AssertionError("the layout table has no " + layout.name() + "." + field);
        }
        return at.asSlice(found.offset(), found.size());
    }

    private long offset(String field, long size) {
        return layout.field(field, size).offset();
    }
}
