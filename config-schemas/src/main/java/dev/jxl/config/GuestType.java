package dev.jxl.config;

/** How a guest is virtualised; the word is that of xl.cfg, of xenstore ({@code /libxl/D/type}) and of the API. */
public enum GuestType implements Worded {
    /** Paravirtual: no hardware virtualisation. */
    PV,
    /** Hardware virtualised without a device model. */
    PVH,
    /** Hardware virtualised with a device model (QEMU). */
    HVM
}
