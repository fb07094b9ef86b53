package dev.jxl.xenctrl;

/**
 * A line of a PC's memory map.
 *
 * @param address first byte
 * @param size bytes
 * @param type one of the constants
 */
public record E820Entry(long address, long size, int type) {
    /** Usable memory. */
    public static final int RAM = 1;
    /** Not to be used. */
    public static final int RESERVED = 2;
    /** ACPI tables, free after reading. */
    public static final int ACPI = 3;
    /** ACPI memory to be kept. */
    public static final int NVS = 4;
    /** Broken memory. */
    public static final int UNUSABLE = 5;
}
