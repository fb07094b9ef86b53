package dev.jxl.config;

import java.util.Locale;

/** How a guest is virtualised. */
public enum GuestType {
    /** Paravirtual: no hardware virtualisation. */
    PV,
    /** Hardware virtualised without a device model. */
    PVH,
    /** Hardware virtualised with a device model (QEMU). */
    HVM;

    /** The word of xl.cfg, of xenstore ({@code /libxl/D/type}) and of the API: pv, pvh, hvm. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
