package dev.jxl.config;

/** How the IOMMU knows a guest's memory. */
public enum PassthroughMode implements Worded {
    /** On when a device is passed through. */
    DEFAULT,
    /** Not at all: no device can be added later. */
    DISABLED,
    /** In the way that suits the host. */
    ENABLED,
    /** With page tables of its own. */
    SYNC_PT,
    /** With the CPU's page tables. */
    SHARE_PT
}
