package dev.jxl.xenctrl;

/** The steps of building a guest, in order. */
public enum BuildPhase {
    /** Preparing libxenguest. */
    START("start the builder"),
    /** Reading the kernel file. */
    READ_KERNEL("read the kernel"),
    /** Reading ramdisk and other modules. */
    READ_MODULES("read the ramdisk"),
    /** Finding out whether this Xen can run it. */
    ATTACH("attach to the domain"),
    /** Understanding the kernel's format and notes. */
    PARSE_KERNEL("parse the kernel"),
    /** Laying out the guest's memory. */
    LAY_OUT_MEMORY("lay out the memory"),
    /** Taking memory from Xen. */
    POPULATE_MEMORY("populate the memory"),
    /** ACPI tables and memory map. */
    DESCRIBE_HARDWARE("describe the hardware"),
    /** Copying kernel, ramdisk and start information into the guest. */
    LOAD_IMAGE("load the image"),
    /** Page tables and the first virtual CPU. */
    BOOT_IMAGE("prepare the first virtual CPU"),
    /** Grants for the xenstore and console rings. */
    SEED_GRANTS("seed the grant table"),
    /** HVM: the table that hvmloader reads. */
    WRITE_HVM_INFO("write the HVM information table");

    private final String words;

    BuildPhase(String words) {
        this.words = words;
    }

    /** For sentences: "could not …". */
    public String words() {
        return words;
    }
}
