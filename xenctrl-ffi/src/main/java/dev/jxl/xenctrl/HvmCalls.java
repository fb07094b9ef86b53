package dev.jxl.xenctrl;

/** Parameters of HVM and PVH guests ({@link HvmParam}). */
public interface HvmCalls {
    /** Writes one parameter. */
    void writeHvmParam(int domid, int param, long value);

    /** Reads one parameter. */
    long readHvmParam(int domid, int param);
}
