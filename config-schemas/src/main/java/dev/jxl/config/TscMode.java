package dev.jxl.config;

/** How a guest sees the time stamp counter. */
public enum TscMode {
    /** Xen decides. */
    DEFAULT,
    /** Always emulated. */
    ALWAYS_EMULATE,
    /** Never emulated. */
    NATIVE,
    /** Never emulated, with TSC_AUX. */
    NATIVE_PARAVIRT
}
