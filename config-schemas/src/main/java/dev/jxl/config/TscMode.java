package dev.jxl.config;

/**
 * How a guest sees the time stamp counter.
 *
 * @source tools/libs/light/libxl_types.idl: libxl_tsc_mode; xen/include/public/domctl.h: XEN_DOMCTL_settscinfo
 */
public enum TscMode implements Worded {
    /** Xen decides. */
    DEFAULT(0),
    /** Always emulated. */
    ALWAYS_EMULATE(1),
    /** Never emulated. */
    NATIVE(2),
    /** Never emulated, with TSC_AUX. */
    NATIVE_PARAVIRT(3);

    private final int number;

    TscMode(int number) {
        this.number = number;
    }

    /** Xen's number, 0 to 3. */
    public int number() {
        return number;
    }
}
